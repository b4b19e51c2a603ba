/** The values that a field of a cron expression may take. */
export interface FieldRange {
  readonly min: number
  readonly max: number
  /** Names of the values, from `min` on; their case does not count. */
  readonly names?: readonly string[]
  /** Whether `/` may set a step. */
  readonly steps?: boolean
}

function valueOf(text: string, { min, max, names = [] }: FieldRange): number | undefined {
  const named = names.indexOf(text.toUpperCase())
  const value = named === -1 ? (/^\d{1,4}$/.test(text) ? Number(text) : NaN) : min + named
  return value >= min && value <= max ? value : undefined
}

/** The values of one item of a list: `*`, a value, a range, each with a step or without. */
function itemValues(item: string, range: FieldRange): readonly number[] | undefined {
  const [, span = '', stepText] = /^([^/]*)(?:\/(\d{1,4}))?$/.exec(item) ?? []
  if (stepText !== undefined && range.steps === false) return undefined
  const [, firstText = '', lastText] = /^([^-]*)(?:-([^-]*))?$/.exec(span) ?? []
  const isAll = span === '*'
  const first = isAll ? range.min : valueOf(firstText, range)
  // A step without an end goes on to the last value.
  const openEnd = isAll || stepText !== undefined ? range.max : first
  const last = lastText === undefined ? openEnd : valueOf(lastText, range)
  const step = Number(stepText ?? 1)
  if (first === undefined || last === undefined || last < first || step === 0) return undefined
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step)
}

/** The values that a field names; undefined when the field is malformed. */
export function fieldValues(text: string, range: FieldRange): ReadonlySet<number> | undefined {
  const lists = text.split(',').map((item) => itemValues(item, range))
  return lists.every((list) => list !== undefined) ? new Set(lists.flat()) : undefined
}
