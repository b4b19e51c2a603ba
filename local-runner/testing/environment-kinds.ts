import { onTestFinished } from 'vitest'
import { environmentVariables } from '../lambda/environment-variables.ts'
import { createExternalRuntimeApi } from '../lambda/environments/external-runtime-api.ts'
import { toLogging } from '../lambda/logging.ts'
import { functionDefinition } from '../manifest/function-definition.ts'
import { startExternalClient } from './external-client.ts'
import { type Hosted, hostFiles, type HostOptions, workerIn } from './host-of.ts'
import { missingRuntimeClient, RUNTIME_CLIENT } from './runtime-client.ts'

type Open = (options: Omit<HostOptions, 'environment' | 'onEvent'>) => Promise<Hosted>

async function openExternal(options: Parameters<Open>[0]): Promise<Hosted> {
  const definition = { name: 'tried', port: 1, triggers: {}, ...options.definition }
  const { maxConcurrency, memorySize, loggingConfig } = functionDefinition.parse(definition)
  const runtimeApi = createExternalRuntimeApi({
    functionName: 'tried',
    multiConcurrent: maxConcurrency !== undefined,
    record: () => undefined,
  })
  const port = await runtimeApi.listen(0, '127.0.0.1')
  const hosted = hostFiles({
    ...options,
    environment: () => ({ kind: 'external', runtimeApi }),
    // It keeps running after its timeout: only its starter can end it.
    onEvent: (event) => 'status' in event && event.status === 'timeout' && client.kill(),
  })
  const client = startExternalClient({
    taskRoot: hosted.taskRoot,
    address: `127.0.0.1:${port}`,
    env: environmentVariables(
      {
        functionName: 'tried',
        memorySizeMb: memorySize,
        handler: 'index.handler',
        taskRoot: hosted.taskRoot,
        maxConcurrency,
        logging: toLogging(loggingConfig, maxConcurrency),
        own: { OWN: 'mine' },
      },
      'external',
    ),
  })
  onTestFinished(async () => {
    await client.stop()
    await runtimeApi.stop()
  })
  return hosted
}

/** The three kinds of environment; `missing` is the reason why a kind cannot be tested. */
export const environmentKinds: readonly {
  readonly kind: 'worker' | 'process' | 'external'
  readonly missing: string | undefined
  readonly open: Open
}[] = [
  {
    kind: 'worker',
    missing: undefined,
    open: async (options) => hostFiles({ ...options, environment: workerIn }),
  },
  {
    kind: 'process',
    missing: missingRuntimeClient,
    open: async (options) =>
      hostFiles({
        ...options,
        environment: () => ({ kind: 'process', runtimeClient: RUNTIME_CLIENT }),
      }),
  },
  { kind: 'external', missing: missingRuntimeClient, open: openExternal },
]
