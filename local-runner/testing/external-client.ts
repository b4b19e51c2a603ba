import { type ChildProcess, spawn } from 'node:child_process'
import { RUNTIME_CLIENT } from './runtime-client.ts'

export interface StartExternalClientDeps {
  readonly taskRoot: string
  readonly address: string
  readonly env: Readonly<Record<string, string>>
}

/** AWS's client as a separate process that is restarted whenever it ends, as a container would be. */
export function startExternalClient({ taskRoot, address, env }: StartExternalClientDeps) {
  let child: ChildProcess | undefined
  let stopped = false
  const ended = Promise.withResolvers<void>()
  const start = () => {
    child = spawn(process.execPath, ['--enable-source-maps', RUNTIME_CLIENT], {
      cwd: taskRoot,
      env: { ...env, AWS_LAMBDA_NODEJS_WORKER_COUNT: '1', AWS_LAMBDA_RUNTIME_API: address },
      stdio: 'ignore',
    })
    child.on('close', () => (stopped ? ended.resolve() : start()))
  }
  start()
  return {
    kill: () => child?.kill('SIGKILL'),
    stop: async () => {
      stopped = true
      child?.kill('SIGKILL')
      await ended.promise
    },
  }
}
