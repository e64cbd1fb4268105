/**
 * Largest difference between derivatives and central differences, relative to the largest derivative of the row.
 *
 * @param values arguments, restored afterwards
 * @param evaluate writes the outputs for the arguments
 * @param outputs numOutputs
 * @param derivatives numOutputs x values.length or more columns, row-major
 * @param numColumns columns of `derivatives` that are compared: the first of `values`
 */
export function compareDerivatives(
  values: Float64Array,
  evaluate: () => void,
  outputs: Float64Array,
  derivatives: Float64Array,
  numColumns: number,
): number {
  evaluate();
  const numOutputs = outputs.length;
  const stride = derivatives.length / numOutputs;
  const given = Float64Array.from(derivatives);
  let worst = 0;
  for (let j = 0; j < numColumns; j++) {
    const h = 1e-3 * Math.max(Math.abs(values[j]), 1e-2);
    const coarse = quotient(values, j, h, evaluate, outputs);
    const fine = quotient(values, j, h / 2, evaluate, outputs);
    for (let i = 0; i < numOutputs; i++) {
      const expected = (4 * fine[i] - coarse[i]) / 3;
      const row = given.subarray(i * stride, i * stride + stride);
      const size = Math.max(Math.abs(expected), 1e-3 * Math.max(...row.map(Math.abs)), Number.MIN_VALUE);
      worst = Math.max(worst, Math.abs(row[j] - expected) / size);
    }
  }
  evaluate();
  return worst;
}

/** (f(x + h) - f(x - h)) / (2 h) of all outputs. */
function quotient(
  values: Float64Array,
  j: number,
  h: number,
  evaluate: () => void,
  outputs: Float64Array,
): Float64Array {
  const centre = values[j];
  values[j] = centre + h;
  evaluate();
  const result = Float64Array.from(outputs);
  values[j] = centre - h;
  evaluate();
  for (let i = 0; i < outputs.length; i++) result[i] = (result[i] - outputs[i]) / (2 * h);
  values[j] = centre;
  return result;
}
