/** Its constructor returns its argument, so the constructor of a subclass adds a private field to that object. */
// oxlint-disable-next-line typescript/no-extraneous-class -- only a class can be extended
class Itself {
  constructor(object: object) {
    return object
  }
}

/** Values that are kept for objects. */
export interface Kept<From extends object, To> {
  get(from: From): To | undefined
  /** @param value undefined: none */
  set(from: From, value: To | undefined): void
}

/**
 * Keeps a value for an object for as long as the object is referenced, like a WeakMap. The object itself holds it, in a private field, which no
 * spread copies and no comparison sees. V8 keeps the values of a WeakMap until it collects its old generation, and a page makes some with
 * every token: with a WeakMap, showing a text cost twice as much.
 */
export function kept<From extends object, To>(): Kept<From, To> {
  // ECMAScript is about to refuse private fields to frozen objects.
  const frozen = new WeakMap<From, To | undefined>()
  class Holder extends Itself {
    #value: To | undefined

    static get(from: From): To | undefined {
      return #value in from ? from.#value : frozen.get(from)
    }

    static set(from: From, value: To | undefined): void {
      if (#value in from) from.#value = value
      else if (Object.isExtensible(from)) new Holder(from).#value = value
      else frozen.set(from, value)
    }
  }
  return Holder
}
