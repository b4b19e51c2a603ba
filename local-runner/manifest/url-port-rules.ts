import type { FunctionDefinition } from './function-definition.ts'

/** Function URLs whose port belongs to a function, or to the URL of one before. */
export function urlPortViolations(functions: readonly FunctionDefinition[]) {
  const owners = new Map(functions.map(({ name, port }) => [port, `the function "${name}"`]))
  return functions.flatMap(({ name, functionUrlConfig }, functionIndex) => {
    if (functionUrlConfig === undefined) return []
    const { localPort } = functionUrlConfig
    const owner = owners.get(localPort)
    owners.set(localPort, owner ?? `the URL of "${name}"`)
    return owner === undefined
      ? []
      : [{ functionIndex, message: `${localPort} is taken by ${owner} already; choose another.` }]
  })
}
