/** An enclosure of a factor, [L_kk, U_kk] / a, from the record of a phase. */
export function factorEnclosure(phase, k) {
  const [lower, upper] = phase.bounds.entries[k][k];
  return [lower / phase.diffusion, upper / phase.diffusion];
}

/** The numbers that a printed text such as `1.07e-2` may stand for: half a unit of its last digit on either side. */
export function roundingInterval(printed) {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(printed);
  if (match === null) throw new Error(`"${printed}" is no decimal number`);
  const exponent = Number(match[4] ?? 0) - (match[3] ?? "").length;
  const digits = Number(`${match[1]}${match[2]}${match[3] ?? ""}`);
  const scale = (value) => (exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent);
  return [scale(digits - 0.5), scale(digits + 0.5)];
}

/**
 * How a printed number stands to an enclosure [L, U]: `inside`; `agrees`, where numbers of [L, U] round to the printed
 * digits; `outside`, where no number of [L, U] does.
 */
export function judge(printed, [lower, upper]) {
  const value = Number(printed);
  // Sums over a mesh are exact but for round-off.
  const room = 1e-12 * Math.abs(value);
  if (lower - room <= value && value <= upper + room) return "inside";
  const [low, high] = roundingInterval(printed);
  return upper < low || high < lower ? "outside" : "agrees";
}

/**
 * The check EDC_ER(l) = EDC_cytosol(1 - l): both are the same number, so that their enclosures must meet. Each row is
 * { edge, ER: [L, U], cytosol: [L, U] }; gives the pairs { edge, mirror, ER, cytosol, meets }.
 */
export function checkSymmetry(rows) {
  return rows.flatMap(({ edge, ER }) => {
    const mirror = rows.find((row) => Math.abs(row.edge - (1 - edge)) < 1e-9);
    if (mirror === undefined) return [];
    const { cytosol } = mirror;
    return [{ edge, mirror: mirror.edge, ER, cytosol, meets: ER[0] <= cytosol[1] && cytosol[0] <= ER[1] }];
  });
}

/** `[0.010440, 0.010464]`: six digits, rounded outwards. */
export function formatInterval([lower, upper]) {
  if (lower === upper) return formatDown(lower, Math.round);
  return `[${formatDown(lower, Math.floor)}, ${formatDown(upper, Math.ceil)}]`;
}

function formatDown(value, round) {
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude < -4) {
    const scaled = round((value / 10 ** magnitude) * 100) / 100;
    return `${scaled}e${magnitude}`;
  }
  const decimals = Math.max(0, 5 - magnitude);
  // The ends of an interval go outwards by at most one unit; 1e-9 spares numbers that are exact but for round-off.
  const units = value * 10 ** decimals;
  const nearest = Math.round(units);
  const used = Math.abs(units - nearest) < 1e-9 * Math.abs(units) ? nearest : round(units);
  return (used / 10 ** decimals).toFixed(decimals);
}
