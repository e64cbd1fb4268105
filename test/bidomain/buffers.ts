import type { CalciumBuffer } from "../../src/bidomain/calcium-buffer.js";

// Rates and totals of published models; any others would do.

export const calbindin: CalciumBuffer = {
  name: "calbindin",
  compartment: "cytosol",
  total: 50,
  bindingRate: 5.5,
  unbindingRate: 2.6,
};

export const troponin: CalciumBuffer = {
  name: "troponin",
  compartment: "cytosol",
  total: 70,
  bindingRate: 32.7,
  unbindingRate: 19.6,
  isMobile: false,
};

export const calsequestrin: CalciumBuffer = {
  name: "calsequestrin",
  compartment: "er",
  total: 6390,
  bindingRate: 102,
  unbindingRate: 65000,
};
