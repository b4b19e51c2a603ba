import type { EventQueue } from '../lambda/async-invocations/event-queue.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'

/** A function as the Lambda API sees it. */
export interface ApiFunction {
  readonly definition: FunctionDefinition
  readonly invoke: Invoke
  readonly addEvent: EventQueue['add']
}
