import { expect, test, vi } from 'vitest'
import { runInvocation } from './run-invocation.ts'

test('[3.7] a report never has more than the timeout, however late its timer is', async () => {
  const record = vi.fn()
  const { timedOut } = await runInvocation(
    { payload: '{}', options: {} },
    {
      limits: {
        functionName: 'order',
        functionArn: 'arn',
        timeoutSeconds: 0.05,
        memorySizeMb: 128,
        maxConcurrency: undefined,
        logging: { logFormat: 'Text', systemLogLevel: 'INFO', applicationLogLevel: undefined },
      },
      logStreamName: 's',
      invoke: () => new Promise(() => undefined),
      record,
      initMs: undefined,
      toMaxMemory: () => 0,
    },
  )
  expect(timedOut).toBe(true)
  expect(record).toHaveBeenLastCalledWith(expect.objectContaining({ status: 'timeout', durationMs: 50 }))
})
