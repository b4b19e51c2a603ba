import { createEventSourceMapping } from './event-source-mapping/event-source-mapping.ts'
import type { FunctionDefinition } from './function-definition.ts'
import type { Health } from './health.ts'
import { functionArn } from './host/environment-variables.ts'
import type { Invoke } from './invocation.ts'
import type { RecordEvent } from './journal.ts'
import type { StopList } from './stop-list.ts'

export interface Deps {
  readonly definition: FunctionDefinition
  readonly invoke: Invoke
  readonly kafkaBrokers: readonly string[]
  readonly record: RecordEvent
  readonly setCheck: Health['setCheck']
  readonly addStop: StopList['add']
}

/** A function's event source mappings, their checks and their stop; `start` resolves when each has joined its group. */
export function createMappings(deps: Deps): { readonly start: () => Promise<void> } {
  const { definition, invoke, kafkaBrokers, record, setCheck, addStop } = deps
  const { name, triggers } = definition
  const mappings = triggers.kafka.map((parameters) => {
    const mapping = createEventSourceMapping({
      functionName: name,
      functionArn: functionArn(name),
      parameters,
      kafkaBrokers,
      invoke,
      record,
    })
    const what = `mapping ${parameters.consumerGroupId}`
    setCheck(what, () => {
      const { isReady, status, lag, lastError } = mapping.state()
      return {
        ok: isReady,
        detail: `${status}, lag ${lag}${lastError === undefined ? '' : `, last error: ${lastError}`}`,
      }
    })
    return mapping
  })
  addStop(`mappings of ${name}`, async () => {
    await Promise.all(mappings.map(({ stop }) => stop()))
  })
  return {
    start: async () => {
      await Promise.all(mappings.map(({ start }) => start()))
    },
  }
}
