/** Short names for serials, in the order in which they are first seen: `#1`, `#2`. */
export function createNames(): (serial: string) => string {
  const names = new Map<string, string>()
  return (serial) => {
    let name = names.get(serial)
    if (name === undefined) names.set(serial, (name = `#${names.size + 1}`))
    return name
  }
}
