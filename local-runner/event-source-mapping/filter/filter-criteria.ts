import { patternMatcher, rulesMatcher } from './filter-pattern.ts'
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonWithNumberText,
} from './json-with-number-text.ts'

/** Whether a record's value (null for a tombstone) goes to the function. */
export type RecordFilter = (value: Buffer | null) => boolean

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decodeText(value: Buffer | null): string | undefined {
  if (value === null) return undefined
  try {
    return utf8.decode(value)
  } catch {
    return undefined
  }
}

function parseDocument(text: string): JsonObject | readonly Json[] | undefined {
  try {
    const parsed = parseJsonWithNumberText(text)
    return isJsonObject(parsed) || isJsonArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/**
 * Compiles one `filters[].pattern`. A record whose format is not the pattern's (text for a JSON pattern, a JSON
 * document for a text pattern, not UTF-8, no value) passes: AWS then evaluates only metadata filters, and Kafka
 * has none (docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html; that it passes is inferred).
 * @throws Error that names what is wrong with the pattern
 */
export function compileFilterPattern(patternText: string): RecordFilter {
  const pattern = parseDocument(patternText)
  if (pattern === undefined || isJsonArray(pattern))
    throw new Error('a filter pattern is the text of a JSON object')
  const { value: forValue, ...others } = pattern
  const strangers = Object.keys(others)
  if (forValue === undefined || strangers.length > 0) {
    throw new Error(`a Kafka filter pattern has the one field "value", got ${strangers.join(', ') || 'none'}`)
  }
  if (isJsonArray(forValue)) {
    const matches = rulesMatcher(forValue)
    return (value) => {
      const text = decodeText(value)
      return text === undefined || parseDocument(text) !== undefined || matches(text)
    }
  }
  if (!isJsonObject(forValue)) {
    throw new Error('"value" must be an object (JSON records) or a list of rules (text records)')
  }
  const matches = patternMatcher(forValue)
  return (value) => {
    const text = decodeText(value)
    const document = text === undefined ? undefined : parseDocument(text)
    return document === undefined || matches(document)
  }
}

/** A record passes when one of the patterns matches; without patterns every record passes. */
export function createRecordFilter(patterns: readonly string[]): RecordFilter {
  const filters = patterns.map(compileFilterPattern)
  return filters.length === 0 ? () => true : (value) => filters.some((passes) => passes(value))
}
