import { readFileSync } from "node:fs";

/** A new instance of the kernel module, with nothing around it: for classes that stand in for Kernel. */
export async function instantiateKernelModule(): Promise<WebAssembly.Instance> {
  const bytes = readFileSync(new URL("../../wasm/erfem-kernel.wasm", import.meta.url));
  const { instance } = await WebAssembly.instantiate(bytes, {
    env: { emscripten_notify_memory_growth: () => undefined },
  });
  (instance.exports["_initialize"] as () => void)();
  return instance;
}
