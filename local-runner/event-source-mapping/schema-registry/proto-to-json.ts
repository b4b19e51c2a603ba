import protobuf from 'protobufjs'
import protojson from 'protobufjs/ext/protojson.js'
import { parseMessageIndexes } from './wire-format.ts'

const messagesOf = (space: protobuf.NamespaceBase): readonly protobuf.Type[] =>
  space.nestedArray.filter((one) => one instanceof protobuf.Type)

/** AWS keeps the schema's field names, where proto3 JSON would write them in camel case. */
function keepFieldNames(types: readonly protobuf.Type[]): void {
  for (const type of types) {
    for (const field of type.fieldsArray) Object.assign(field, { jsonName: field.name })
    keepFieldNames(messagesOf(type))
  }
}

/** The namespace that holds the file's messages, in the file's order. */
function parseFile(schema: string): protobuf.NamespaceBase {
  const { root, package: packageName, imports = [] } = protobuf.parse(schema, { keepCase: true })
  const file = packageName === undefined ? root : root.lookup(packageName)
  if (!(file instanceof protobuf.Namespace)) throw new Error('the schema has no message')
  keepFieldNames(messagesOf(file))
  for (const name of imports) {
    const wellKnown = protobuf.common.get(name)
    if (wellKnown?.nested === undefined)
      throw new Error(
        `the schema imports ${name}: the local runner knows only Protobuf's well-known types; put its messages into one file`,
      )
    root.addJSON(wellKnown.nested)
  }
  root.resolveAll()
  return file
}

/**
 * Compiles a Protobuf file to a reader of a registry's message indexes and the message they name. The result is proto3 JSON
 * with the schema's field names (services-consume-kafka-events): 64-bit integers are strings, bytes base64, fields at their
 * default left out.
 * @throws Error when the schema cannot be used; the reader throws when the bytes do not follow it
 */
export function compileProtobuf(schema: string): (body: Buffer) => string {
  const file = parseFile(schema)
  return (body) => {
    const { indexes, message } = parseMessageIndexes(body)
    const found = indexes.reduce<protobuf.NamespaceBase | undefined>(
      (space, index) => space && messagesOf(space)[index],
      file,
    )
    if (!(found instanceof protobuf.Type)) throw new RangeError('the schema has no message at these indexes')
    return protojson.toJsonString(found, found.decode(message))
  }
}
