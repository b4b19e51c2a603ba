/** Small numbers for equal values: comparing worlds then compares numbers. */
export function createInterned<T>() {
  const ids = new Map<string, number>()
  const values: T[] = []
  return {
    idOf: (value: T): number => {
      const text = JSON.stringify(value)
      const known = ids.get(text)
      if (known !== undefined) return known
      ids.set(text, values.length)
      return values.push(value) - 1
    },
    valueOf: (id: number): T => {
      const value = values[id]
      if (value === undefined) throw new Error(`nothing has the number ${id}`)
      return value
    },
  }
}
