export { formatJson } from "../io/format-json.js";
