import type { KafkaTrigger } from '../event-source-mapping/parameters.ts'
import type { EventQueue } from '../lambda/async-invocations/event-queue.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'

/** A function as the Lambda API sees it. */
export interface ApiFunction {
  readonly definition: FunctionDefinition
  readonly variables: Readonly<Record<string, string>>
  readonly invoke: Invoke
  readonly addEvent: EventQueue['add']
  /** Undefined: none is reserved. */
  readonly reservedConcurrency: () => number | undefined
  /** Takes effect at once. Settles when the choice is kept. */
  readonly reserveConcurrency: (executions: number | undefined) => Promise<void>
  readonly mappings: () => readonly ApiMapping[]
}

/** An event source mapping as the Lambda API sees it. */
export interface ApiMapping {
  /** UUID. */
  readonly id: string
  readonly parameters: KafkaTrigger
  readonly state: () => 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled'
  /** In AWS's words. */
  readonly lastProcessingResult: () => string
  /** When a caller of the API changed it last; undefined when it is as in function.json. */
  readonly changedAtEpochMs: () => number | undefined
  /** Takes effect at once. Settles when the choice is kept. */
  readonly setEnabled: (enabled: boolean) => Promise<void>
}
