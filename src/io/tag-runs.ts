/** Tags of elements as runs of consecutive numbers: what mesh generators write takes no memory. */
export class TagRuns {
  /** For each run its first element and the tag of that. */
  readonly #starts: number[] = [];
  readonly #firstTags: number[] = [];
  #count = 0;

  /** Appends `count` elements with the tags firstTag, firstTag + 1, ... */
  append(firstTag: number, count: number): void {
    const last = this.#starts.length - 1;
    const isContinued = last >= 0 && this.#firstTags[last] + this.#count - this.#starts[last] === firstTag;
    if (!isContinued) {
      this.#starts.push(this.#count);
      this.#firstTags.push(firstTag);
    }
    this.#count += count;
  }

  /** The tag of every element, in an array that may be longer than they are. */
  toArray(length = this.#count): Float64Array {
    const tags = new Float64Array(length);
    this.#starts.forEach((start, run) => {
      const end = this.#starts[run + 1] ?? this.#count;
      const shift = this.#firstTags[run] - start;
      for (let element = start; element < end; element++) tags[element] = element + shift;
    });
    return tags;
  }
}
