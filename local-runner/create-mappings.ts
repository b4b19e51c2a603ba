import { createEventSourceMapping } from './event-source-mapping/event-source-mapping.ts'
import type { FunctionDefinition } from './function-definition.ts'
import type { Health } from './health.ts'
import { functionArn } from './host/environment-variables.ts'
import type { Invoke } from './invocation.ts'
import type { RecordEvent } from './journal.ts'

export interface Deps {
  readonly definition: FunctionDefinition
  readonly invoke: Invoke
  readonly kafkaBrokers: readonly string[]
  readonly record: RecordEvent
  readonly setCheck: Health['setCheck']
}

export interface Mappings {
  /** Resolves when each has joined its group. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** A function's event source mappings, each with its check. */
export function createMappings(deps: Deps): Mappings {
  const { definition, invoke, kafkaBrokers, record, setCheck } = deps
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
  return {
    start: async () => {
      await Promise.all(mappings.map(({ start }) => start()))
    },
    stop: async () => {
      await Promise.all(mappings.map(({ stop }) => stop()))
    },
  }
}
