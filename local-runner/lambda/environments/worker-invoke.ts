import type { InvokeMessage } from '../execution-environment.ts'

/** Runner to worker: an invocation without the fields that most share, because each field costs time to post. */
export interface WorkerInvoke extends Pick<
  InvokeMessage,
  'requestId' | 'payload' | 'deadlineEpochMs' | 'traceId'
> {
  readonly special?: Pick<InvokeMessage, 'invokedFunctionArn' | 'clientContext' | 'tenantId'>
}

export function toWorkerInvoke(message: InvokeMessage, functionArn: string): WorkerInvoke {
  const { requestId, payload, deadlineEpochMs, traceId } = message
  const { invokedFunctionArn, clientContext, tenantId } = message
  const usual = { requestId, payload, deadlineEpochMs, traceId }
  const isUsual =
    invokedFunctionArn === functionArn && clientContext === undefined && tenantId === undefined
  return isUsual ? usual : { ...usual, special: { invokedFunctionArn, clientContext, tenantId } }
}
