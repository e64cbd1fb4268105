// What a solver must cope with, one generator for each: shared by the benchmark and the tests.

/** Largest to smallest coefficient of the cases with jumps. */
const JUMP = 1e6;
/** Largest to smallest eigenvalue of the anisotropic tensors. */
const ANISOTROPY = 1000;
/** Smallest dihedral angle of the flat cells, degrees. */
const SLIVER_ANGLE = 1;
/** Edge of the blocks of one coefficient, in cubes. */
const BLOCK = 4;
/** Distance of the channels, in cubes. */
const PERIOD = 8;

/** Unknowns of a full grid, per cube. */
const NODES_PER_CUBE = 1;
const FACETS_PER_CUBE = 12;

const scalar = (value) => [value, value, value, 0, 0, 0];

/** Tensor of 1 plus ANISOTROPY - 1 along (x, y, z). */
export function stretchAlong(x, y, z) {
  const s = (ANISOTROPY - 1) / (x * x + y * y + z * z);
  return [1 + s * x * x, 1 + s * y * y, 1 + s * z * z, s * y * z, s * x * z, s * x * y];
}

/** Tensor of ANISOTROPY minus ANISOTROPY - 1 along (x, y, z): conducts in a plane. */
function stretchAcross(x, y, z) {
  const s = (ANISOTROPY - 1) / (x * x + y * y + z * z);
  const a = ANISOTROPY;
  return [a - s * x * x, a - s * y * y, a - s * z * z, -s * y * z, -s * x * z, -s * x * y];
}

const blockOf = (at) => Math.floor(at / BLOCK);
const isOddBlock = (i, j, k) => (blockOf(i) + blockOf(j) + blockOf(k)) % 2 === 1;
const isBlob = (i, j, k) => [i, j, k].every((at) => blockOf(at) % 2 === 1);
const isThin = (at) => at % PERIOD === 0;
/** Three families of channels one cube wide, which meet. */
const isChannel = (i, j, k) => [i, j, k].filter(isThin).length >= 2;
/** Blocks that do not touch. */
const isApart = (i, j, k) => [i, j, k].every((at) => at % BLOCK !== 0);

/**
 * The cases, as options of createDiffusionSystem.
 *
 * @param numUnknowns about how many of a full grid with unknowns at nodes or facets; a part of a grid has fewer
 */
export function createRobustnessCases(numUnknowns, random) {
  const cube = gridOf(numUnknowns / NODES_PER_CUBE, 2 * BLOCK);
  const facetCube = gridOf(numUnknowns / FACETS_PER_CUBE, 2 * BLOCK);
  // Nodes of three families of channels, four for each cube of length: 12 a period of PERIOD^2 cubes.
  const channels = gridOf((numUnknowns * PERIOD ** 2) / 12, PERIOD);
  const facetChannels = gridOf((numUnknowns * PERIOD ** 2) / (3 * 16), PERIOD);

  const jumpBlocks = (i, j, k) => scalar(isOddBlock(i, j, k) ? JUMP : 1);
  const jumpCubes = (i, j, k) => scalar((i + j + k) % 2 === 1 ? JUMP : 1);
  const jumpCells = () => scalar(JUMP ** random());
  const eitherCell = () => scalar(random() < 0.5 ? JUMP : 1);
  const rotated = () => stretchAlong(3, 2, 1);
  const turning = (i, j, k) =>
    isOddBlock(i, j, k)
      ? stretchAlong(1, 2, -3)
      : isBlob(i, j, k)
        ? stretchAlong(0, 1, 1)
        : stretchAlong(3, 2, 1);
  const anyDirection = () => stretchAlong(random() - 0.5, random() - 0.5, random() - 0.5);
  const jumpsAndTurns = (i, j, k) => turning(i, j, k).map((a) => a * (isOddBlock(i, j, k) ? JUMP : 1));
  const slivers = { sliverAngle: SLIVER_ANGLE };
  const caps = { capShare: 0.2 };

  const nodes = {
    "a cube": {},
    "thin channels": { counts: channels, isThere: isChannel },
    "jumps, checkerboard of blocks": { tensorOf: jumpBlocks },
    "jumps, checkerboard of cubes": { tensorOf: jumpCubes },
    "jumps, stiff blobs": { tensorOf: (...at) => scalar(isBlob(...at) ? JUMP : 1) },
    "jumps, soft blobs": { tensorOf: (...at) => scalar(isBlob(...at) ? 1 : JUMP) },
    "jumps, random between cells": { tensorOf: jumpCells },
    "jumps, 1 or 1e6 between cells": { tensorOf: eitherCell },
    "1000:1 along an axis": { tensorOf: () => stretchAlong(1, 0, 0) },
    "1000:1 along a diagonal": { tensorOf: () => stretchAlong(1, 1, 1) },
    "1000:1 rotated": { tensorOf: rotated },
    "1000:1000:1 along two axes": { tensorOf: () => stretchAcross(0, 0, 1) },
    "1000:1000:1 rotated": { tensorOf: () => stretchAcross(3, 2, 1) },
    "1000:1, another direction in each block": { tensorOf: turning },
    "1000:1, another direction in each cell": { tensorOf: anyDirection },
    slivers,
    caps,
    "cells 1000 times as wide as high": { spacing: [1, 1, 0.001] },
    "cells 1000 times as long as wide": { spacing: [1, 1, 1000] },
    "many components": { isThere: isApart },
    "slivers, jumps of blocks": { ...slivers, tensorOf: jumpBlocks },
    "slivers, 1000:1 rotated": { ...slivers, tensorOf: rotated },
    "caps, jumps between cells": { ...caps, tensorOf: jumpCells },
    "channels, caps, jumps between cells": {
      counts: channels,
      isThere: isChannel,
      ...caps,
      tensorOf: jumpCells,
    },
    "channels, 1000:1 rotated": { counts: channels, isThere: isChannel, tensorOf: rotated },
    "components, jumps between cells": { isThere: isApart, tensorOf: jumpCells },
    "jumps and 1000:1 of blocks": { tensorOf: jumpsAndTurns },
    "slivers, jumps and 1000:1 of blocks": { ...slivers, tensorOf: jumpsAndTurns },
  };
  const facets = {
    "a cube": {},
    "thin channels": { counts: facetChannels, isThere: isChannel },
    "jumps, checkerboard of blocks": { tensorOf: jumpBlocks },
    "jumps, checkerboard of cubes": { tensorOf: jumpCubes },
    "jumps, random between cells": { tensorOf: jumpCells },
    "1000:1 along an axis": { tensorOf: () => stretchAlong(1, 0, 0) },
    "1000:1 rotated": { tensorOf: rotated },
    "1000:1000:1 rotated": { tensorOf: () => stretchAcross(3, 2, 1) },
    slivers,
    caps,
    "cells 50 times as wide as high": { spacing: [1, 1, 0.02] },
    "many components": { isThere: isApart },
    "slivers, jumps of blocks": { ...slivers, tensorOf: jumpBlocks },
    "slivers, jumps and 1000:1 of blocks": { ...slivers, tensorOf: jumpsAndTurns },
  };
  const list = (cases, prefix, common) =>
    Object.entries(cases).map(([name, options]) => ({
      name: `${prefix}${name}`,
      options: { ...common, ...options, random },
    }));
  return [
    ...list(nodes, "", { counts: cube }),
    ...list(facets, "facets: ", { counts: facetCube, onFacets: true }),
  ];
}

/** A cubic grid of about that many cubes, its edge a multiple of `unit`. */
function gridOf(numCubes, unit) {
  const edge = unit * Math.max(1, Math.round(Math.cbrt(numCubes) / unit));
  return [edge, edge, edge];
}
