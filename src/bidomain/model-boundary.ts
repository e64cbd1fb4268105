import { differentiate } from "../formula/differentiate.js";
import type { Evaluator } from "../formula/operations.js";
import type { Model, SurfaceCondition } from "../io/model.js";
import type { PhysicalGroup } from "../mesh/tet-mesh.js";
import { compileFor, compilePlaceFunction, placeVariables } from "./place-function.js";
import type { BoundaryCondition, ConcentrationCondition, FluxCondition } from "./problem-options.js";

/** Fields that a flux may depend on. */
const fluxFields = ["c", "e", "p"];

/**
 * The conditions of a model on the surfaces of its mesh.
 *
 * @param surfaces of the mesh, which `checkModelMesh` has found to be all there
 * @param fieldNames of the problem, in its order
 * @throws UsageError the codes of `compileFormula`
 */
export async function createBoundary(
  model: Model,
  surfaces: readonly PhysicalGroup[],
  fieldNames: readonly string[],
): Promise<BoundaryCondition[]> {
  return Promise.all(
    model.conditions.map((condition) => {
      const surface = findSurfaceName(surfaces, condition.surface);
      return condition.kind === "flux"
        ? createFlux(model, condition, surface, fieldNames)
        : createConcentration(condition, surface);
    }),
  );
}

/** The name of the surface of this name, or of this tag where none has the name. */
function findSurfaceName(surfaces: readonly PhysicalGroup[], wanted: string): string {
  if (surfaces.some(({ name }) => name === wanted)) return wanted;
  return surfaces.find(({ tag }) => String(tag) === wanted)?.name ?? wanted;
}

/** A formula of the concentrations, with p where IP3 is given, as well. */
async function createFlux(
  { ip3 }: Model,
  { field, value, path }: SurfaceCondition,
  surface: string,
  fieldNames: readonly string[],
): Promise<FluxCondition> {
  const given = ip3?.kind === "given" ? await compilePlaceFunction(ip3.concentration, "ip3") : null;
  const own = fluxFields.filter((name) => fieldNames.includes(name) || (name === "p" && given !== null));
  const formula = await compileFor(String(value), [...own, ...placeVariables], path);
  const fieldOf = own.map((name) => fieldNames.indexOf(name));
  const derivatives = own.map((name, i): Evaluator | null =>
    fieldOf[i] >= 0 && formula.usedVariables.includes(name) ? differentiate(formula, name).evaluate : null,
  );
  const values = new Float64Array(own.length + placeVariables.length);
  const place = values.subarray(own.length);
  return {
    kind: "flux",
    surface,
    field,
    evaluate(point) {
      place[0] = point.x;
      place[1] = point.y;
      place[2] = point.z;
      place[3] = point.time;
      for (let i = 0; i < own.length; i++) {
        values[i] = fieldOf[i] >= 0 ? point.fields[fieldOf[i]] : (given?.evaluate(place) ?? 0);
      }
      point.value = formula.evaluate(values);
      point.byFields.fill(0);
      for (let i = 0; i < own.length; i++) {
        const derivative = derivatives[i];
        if (derivative !== null) point.byFields[fieldOf[i]] = derivative(values);
      }
    },
  };
}

async function createConcentration(
  { field, value, path }: SurfaceCondition,
  surface: string,
): Promise<ConcentrationCondition> {
  if (typeof value === "number") return { kind: "concentration", surface, field, value };
  const { evaluate } = await compilePlaceFunction(value, path);
  const place = new Float64Array(4);
  return {
    kind: "concentration",
    surface,
    field,
    value(time, x, y, z) {
      place[0] = x;
      place[1] = y;
      place[2] = z;
      place[3] = time;
      return evaluate(place);
    },
  };
}
