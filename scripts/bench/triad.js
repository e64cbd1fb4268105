import { performance } from "node:perf_hooks";

const { WebAssembly } = globalThis;

/**
 * a = b + s c on float64 vectors, two SIMD lanes, unrolled twice; assembled by `wasm-as --enable-simd` from
 *
 *   (module
 *     (memory (export "memory") 0)
 *     (func (export "triad") (param $a i32) (param $b i32) (param $c i32) (param $end i32) (param $s f64)
 *       (local $v v128)
 *       (local.set $v (f64x2.splat (local.get $s)))
 *       (loop $next
 *         (v128.store (local.get $a)
 *           (f64x2.add (v128.load (local.get $b)) (f64x2.mul (local.get $v) (v128.load (local.get $c)))))
 *         (v128.store offset=16 (local.get $a)
 *           (f64x2.add (v128.load offset=16 (local.get $b))
 *                      (f64x2.mul (local.get $v) (v128.load offset=16 (local.get $c)))))
 *         (local.set $b (i32.add (local.get $b) (i32.const 32)))
 *         (local.set $c (i32.add (local.get $c) (i32.const 32)))
 *         (local.set $a (i32.add (local.get $a) (i32.const 32)))
 *         (br_if $next (i32.lt_u (local.get $a) (local.get $end))))))
 */
const MODULE =
  "AGFzbQEAAAABCQFgBX9/f398AAMCAQAFAwEAAAcSAgZtZW1vcnkCAAV0cmlhZAAACl8BXQEBeyAE/RQhBQNAIAAgAf0ABAAgBSAC/QAEAP3y" +
  "Af3wAf0LBAAgACAB/QAEECAFIAL9AAQQ/fIB/fAB/QsEECABQSBqIQEgAkEgaiECIABBIGohACAAIANJDQALCw==";

/** Bytes of each of the three vectors: far above any cache. */
const VECTOR_BYTES = 128 * 2 ** 20;
const PAGE_BYTES = 65536;
const REPEATS = 7;

/**
 * The memory bandwidth of one core, bytes per second: the best of a few triads, 24 bytes an element (the read that a
 * store causes is not counted).
 *
 * @see J. D. McCalpin, "Memory bandwidth and machine balance in current high performance computers" (1995)
 */
export function measureTriad() {
  const bytes = Uint8Array.from(globalThis.atob(MODULE), (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  exports.memory.grow((3 * VECTOR_BYTES) / PAGE_BYTES);
  new Float64Array(exports.memory.buffer).fill(1);
  let best = Infinity;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    exports.triad(0, VECTOR_BYTES, 2 * VECTOR_BYTES, VECTOR_BYTES, 1e-3);
    best = Math.min(best, (performance.now() - start) / 1e3);
  }
  return (3 * VECTOR_BYTES) / best;
}
