/** Counts what happens within the current second. */
export class RateWindow {
  #second = 0
  #count = 0
  #refused = 0

  /** Adds to the count; returns the amount of this second, what was refused included once it is far too much. */
  add(amount: number, now: number): number {
    this.#turn(now)
    this.#count += amount
    return Math.max(this.#count, this.#refused)
  }

  /** Remembers what was refused: it counts towards being closed, not towards the rate. */
  refused(amount: number, now: number): void {
    this.#turn(now)
    this.#refused += amount
  }

  #turn(now: number): void {
    const second = Math.floor(now / 1000)
    if (second === this.#second) return
    this.#second = second
    this.#count = 0
    this.#refused = 0
  }
}
