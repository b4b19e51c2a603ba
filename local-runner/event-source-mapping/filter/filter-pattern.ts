import {
  isJsonArray,
  isJsonObject,
  isNumberText,
  type Json,
  type JsonObject,
  numberOf,
} from './json-with-number-text.ts'

/** Whether a value matches; `undefined` is an absent field. */
export type Matcher = (value: Json | undefined) => boolean

type Leaf = Exclude<Json, readonly Json[] | JsonObject>

const RULES =
  'a string, number, boolean or null, or one of {"prefix"}, {"suffix"}, {"equals-ignore-case"}, {"anything-but"}, {"numeric"}, {"exists"}'

function isLeaf(value: Json | undefined): value is Leaf {
  return value !== undefined && !isJsonObject(value) && !isJsonArray(value)
}

/** Numbers are equal when their text is: 300, 300.0 and 3.0e2 are three things (invocation-eventfiltering). */
function isSame(a: Leaf, b: Leaf): boolean {
  if (isNumberText(a) && isNumberText(b)) return a.numberText === b.numberText
  return a === b
}

function text(rule: string, operand: Json | undefined): string {
  if (typeof operand !== 'string')
    throw new Error(`{"${rule}"} takes a string, got ${JSON.stringify(operand)}`)
  return operand
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
}

function numeric(operand: Json | undefined): (value: Leaf) => boolean {
  const usage = '{"numeric"} takes a comparison or a pair of them, such as [">", 0] or [">", 0, "<=", 100]'
  if (!isJsonArray(operand) || (operand.length !== 2 && operand.length !== 4)) throw new Error(usage)
  const tests: ((value: number) => boolean)[] = []
  for (let index = 0; index < operand.length; index += 2) {
    const operator = operand[index]
    const bound = operand[index + 1]
    const compare = typeof operator === 'string' ? COMPARE[operator] : undefined
    if (compare === undefined || !isNumberText(bound)) throw new Error(usage)
    tests.push((value) => compare(value, numberOf(bound)))
  }
  return (value) => isNumberText(value) && tests.every((test) => test(numberOf(value)))
}

function anythingBut(operand: Json | undefined): (value: Leaf) => boolean {
  const excluded = isJsonArray(operand) ? operand : [operand]
  const leaves = excluded.filter(isLeaf)
  if (leaves.length !== excluded.length || leaves.length === 0) {
    throw new Error('{"anything-but"} takes a value or a list of values')
  }
  return (value) => !leaves.some((leaf) => isSame(leaf, value))
}

function operatorMatcher(rule: JsonObject): Matcher {
  const [entry, ...more] = Object.entries(rule)
  if (entry === undefined || more.length > 0) {
    throw new Error(`a rule has exactly one operator, got ${JSON.stringify(rule)}`)
  }
  const [name, operand] = entry
  switch (name) {
    case 'prefix': {
      const prefix = text(name, operand)
      return (value) => typeof value === 'string' && value.startsWith(prefix)
    }
    case 'suffix': {
      const suffix = text(name, operand)
      return (value) => typeof value === 'string' && value.endsWith(suffix)
    }
    case 'equals-ignore-case': {
      const folded = text(name, operand).toLowerCase()
      return (value) => typeof value === 'string' && value.toLowerCase() === folded
    }
    case 'numeric': {
      const matches = numeric(operand)
      return (value) => isLeaf(value) && matches(value)
    }
    case 'anything-but': {
      const matches = anythingBut(operand)
      return (value) => isLeaf(value) && matches(value)
    }
    case 'exists':
      if (typeof operand !== 'boolean') throw new Error('{"exists"} takes true or false')
      return operand ? isLeaf : (value) => value === undefined
    default:
      throw new Error(`unknown operator "${name}"; a rule is ${RULES}`)
  }
}

/** A field matches when one of its rules does. A list in the record matches when one of its elements does. */
export function rulesMatcher(rules: readonly Json[]): Matcher {
  if (rules.length === 0) throw new Error('a list of rules is never empty')
  const matchers = rules.map((rule): Matcher => {
    if (isJsonObject(rule)) return operatorMatcher(rule)
    if (!isLeaf(rule)) throw new Error(`a rule is ${RULES}, got ${JSON.stringify(rule)}`)
    return (value) => isLeaf(value) && isSame(rule, value)
  })
  return (value) =>
    isJsonArray(value) && value.length > 0
      ? value.some((element) => matchers.some((matches) => matches(element)))
      : matchers.some((matches) => matches(value))
}

function nodeMatcher(field: string, node: Json): Matcher {
  if (isJsonArray(node)) return rulesMatcher(node)
  if (!isJsonObject(node)) {
    throw new Error(`"${field}" must be an object or a list of rules, got ${JSON.stringify(node)}`)
  }
  return patternMatcher(node)
}

/** Compiles an object of a filter pattern: all its fields must match, `$or` is a list of alternatives.
 * @throws Error that names the unsupported part */
export function patternMatcher(pattern: JsonObject): Matcher {
  const matchers = Object.entries(pattern).map(([field, node]): Matcher => {
    if (field === '$or') {
      if (!isJsonArray(node) || !node.every(isJsonObject)) throw new Error('"$or" takes a list of patterns')
      const alternatives = node.map(patternMatcher)
      return (value) => alternatives.some((matches) => matches(value))
    }
    const matches = nodeMatcher(field, node)
    return (value) => matches(isJsonObject(value) && Object.hasOwn(value, field) ? value[field] : undefined)
  })
  if (matchers.length === 0) throw new Error('a pattern names at least one field')
  const matchesAll: Matcher = (value) => matchers.every((matches) => matches(value))
  return (value) => (isJsonArray(value) ? value.some(matchesAll) : matchesAll(value))
}
