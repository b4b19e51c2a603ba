/** How an asynchronous invocation ended, in AWS's words. */
export type AsynchronousCondition =
  'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency'

/** The last attempt has ended. */
interface AsynchronousFinished {
  readonly name: 'asynchronous.finished'
  readonly functionName: string
  readonly requestId: string
  readonly condition: AsynchronousCondition
  readonly invokeCount: number
}

/** The document was delivered to a destination or the dead-letter target. */
interface AsynchronousDelivered {
  readonly name: 'asynchronous.delivered' | 'asynchronous.dead-lettered'
  readonly functionName: string
  /** ARN, or the name of a function of this project. */
  readonly destination: string
}

interface AsynchronousUndelivered {
  readonly name: 'asynchronous.undelivered'
  readonly functionName: string
  /** ARN, or the name of a function of this project. */
  readonly destination: string
  readonly reason: string
}

/** The runner stopped while events waited; they are lost. */
interface AsynchronousUndone {
  readonly name: 'asynchronous.undone'
  readonly functionName: string
  /** How many. */
  readonly events: number
}

export type AsynchronousInvocationEvent =
  AsynchronousFinished | AsynchronousDelivered | AsynchronousUndelivered | AsynchronousUndone
