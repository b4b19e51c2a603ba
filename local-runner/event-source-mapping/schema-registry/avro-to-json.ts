import * as z from 'zod'
import { type AvroCursor, createAvroCursor } from './avro-cursor.ts'

/** Reads one value as JSON text; a JavaScript number would lose digits of a 64-bit integer. */
type Read = (cursor: AvroCursor) => string

const complex = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.enum(['record', 'error']),
    name: z.string(),
    namespace: z.string().optional(),
    fields: z.array(z.looseObject({ name: z.string(), type: z.unknown() })),
  }),
  z.looseObject({
    type: z.literal('enum'),
    name: z.string(),
    namespace: z.string().optional(),
    symbols: z.array(z.string()),
  }),
  z.looseObject({
    type: z.literal('fixed'),
    name: z.string(),
    namespace: z.string().optional(),
    size: z.int().min(0),
  }),
  z.looseObject({ type: z.literal('array'), items: z.unknown() }),
  z.looseObject({ type: z.literal('map'), values: z.unknown() }),
])

const number = (value: number) => (Number.isFinite(value) ? String(value) : JSON.stringify(String(value)))
const bytesOf = (cursor: AvroCursor) => cursor.take(Number(cursor.long()))
// JSON has no bytes, and AWS does not document how it writes them.
const base64 = (bytes: Buffer) => JSON.stringify(bytes.toString('base64'))
const text = (cursor: AvroCursor) => JSON.stringify(bytesOf(cursor).toString())

const PRIMITIVES: Readonly<Record<string, Read>> = {
  null: () => 'null',
  boolean: (cursor) => String(cursor.boolean()),
  int: (cursor) => String(cursor.long()),
  long: (cursor) => String(cursor.long()),
  float: (cursor) => number(cursor.float()),
  double: (cursor) => number(cursor.double()),
  bytes: (cursor) => base64(bytesOf(cursor)),
  string: text,
}

/** Arrays and maps come in blocks; a negative count is followed by the block's size in bytes. */
function readBlocks(cursor: AvroCursor, readItem: Read): string[] {
  const items: string[] = []
  for (let count = cursor.long(); count !== 0n; count = cursor.long()) {
    if (count < 0n) cursor.long()
    for (let left = count < 0n ? -count : count; left > 0n; left -= 1n) items.push(readItem(cursor))
  }
  return items
}

function createCompiler() {
  const named = new Map<string, Read>()

  const union = (branches: readonly unknown[], namespace: string): Read => {
    const reads = branches.map((branch) => compile(branch, namespace))
    return (cursor) => {
      const read = reads[Number(cursor.long())]
      if (read === undefined) throw new RangeError('the union has no such branch')
      return read(cursor)
    }
  }

  const compile = (schema: unknown, namespace: string): Read => {
    if (Array.isArray(schema)) return union(schema, namespace)
    if (typeof schema === 'string') {
      const read = PRIMITIVES[schema] ?? named.get(`${namespace}.${schema}`) ?? named.get(schema)
      if (read === undefined) throw new Error(`the schema names an unknown type "${schema}"`)
      return read
    }
    const parsed = complex.safeParse(schema)
    // `{ "type": "string" }`, with or without a logical type: only the underlying type matters.
    if (!parsed.success) return compile(z.looseObject({ type: z.unknown() }).parse(schema).type, namespace)
    return compileComplex(parsed.data, namespace)
  }

  const compileComplex = (schema: z.infer<typeof complex>, outer: string): Read => {
    if (schema.type === 'array') {
      const readItem = compile(schema.items, outer)
      return (cursor) => `[${readBlocks(cursor, readItem).join(',')}]`
    }
    if (schema.type === 'map') {
      const readValue = compile(schema.values, outer)
      return (cursor) => `{${readBlocks(cursor, (one) => `${text(one)}:${readValue(one)}`).join(',')}}`
    }
    const fullName = schema.name.includes('.') ? schema.name : `${schema.namespace ?? outer}.${schema.name}`
    const namespace = fullName.slice(0, fullName.lastIndexOf('.'))
    let read: Read = () => {
      throw new Error(`${fullName} is used before it is known`)
    }
    // Registered before its fields are compiled, because they may refer to it.
    named.set(fullName, (cursor) => read(cursor))
    switch (schema.type) {
      case 'enum':
        read = (cursor) => JSON.stringify(schema.symbols[Number(cursor.long())] ?? null)
        break
      case 'fixed':
        read = (cursor) => base64(cursor.take(schema.size))
        break
      case 'record':
      case 'error': {
        const fields = schema.fields.map(({ name, type }) => ({
          name: JSON.stringify(name),
          read: compile(type, namespace),
        }))
        read = (cursor) => `{${fields.map((field) => `${field.name}:${field.read(cursor)}`).join(',')}}`
      }
    }
    return read
  }
  return compile
}

/**
 * Compiles an Avro schema to a reader of plain JSON: unions without the name of their branch
 * (services-consume-kafka-events).
 * @throws Error when the schema is invalid; the reader throws when the bytes do not follow it
 */
export function compileAvro(schema: unknown): (bytes: Buffer) => string {
  const read = createCompiler()(schema, '')
  return (bytes) => {
    const cursor = createAvroCursor(bytes)
    const json = read(cursor)
    if (!cursor.isAtEnd()) throw new RangeError('bytes are left after the schema')
    return json
  }
}
