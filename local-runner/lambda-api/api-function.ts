import type { EventQueue } from '../asynchronous/event-queue.ts'
import type { FunctionDefinition } from '../function-definition.ts'
import type { Invoke } from '../invocation.ts'

/** A function as the Lambda API sees it. */
export interface ApiFunction {
  readonly definition: FunctionDefinition
  readonly invoke: Invoke
  readonly addEvent: EventQueue['add']
}
