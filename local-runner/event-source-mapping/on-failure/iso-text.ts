/** The Gregorian calendar repeats after 400 years. */
const ERA_YEARS = 400
const ERA_MS = 146_097n * 86_400_000n

/**
 * A record's timestamp in ISO 8601. Kafka takes any int64, but `Date` ends in the year 275760 and throws behind it, such as
 * for nanoseconds. Those years are written as `Date` writes years of more than four digits: with a sign, in six digits or more.
 */
export function toIsoText(epochMs: bigint): string {
  const eras = (epochMs - (((epochMs % ERA_MS) + ERA_MS) % ERA_MS)) / ERA_MS
  const date = new Date(Number(epochMs - eras * ERA_MS))
  const year = date.getUTCFullYear() + Number(eras) * ERA_YEARS
  const digits = Math.abs(year).toString()
  const yearText =
    year >= 0 && year <= 9999 ? digits.padStart(4, '0') : `${year < 0 ? '-' : '+'}${digits.padStart(6, '0')}`
  return `${yearText}${date.toISOString().slice(4)}`
}
