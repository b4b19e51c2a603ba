import { lastLines, runCommand } from './run-command.ts'

const PROBE_LIMIT_SECONDS = 5
/** Enough to download the images over a slow connection. */
const UP_LIMIT_SECONDS = 1200
/** Longer than the stop_grace_period of each service. */
const DOWN_LIMIT_SECONDS = 120

/** Why Docker cannot be used, in a few words; undefined when its engine answers and has compose. */
export async function whyNoDocker(): Promise<string | undefined> {
  const probe = { timeoutSeconds: PROBE_LIMIT_SECONDS }
  const { code, output } = await runCommand('docker', ['info', '--format', '{{.ServerVersion}}'], probe)
  if (code === undefined) return output.includes('ENOENT') ? 'docker not found' : 'docker does not answer'
  if (code !== 0) return 'docker is installed, its engine does not answer'
  const compose = await runCommand('docker', ['compose', 'version'], probe)
  return compose.code === 0 ? undefined : 'docker is installed, its compose plug-in is not'
}

export interface ComposeServices {
  /** Those of `services` that run already. */
  readonly running: (services: readonly string[]) => Promise<readonly string[]>
  /** Starts the services and waits until they are healthy. */
  readonly up: (services: readonly string[]) => Promise<void>
  /** Removes the containers of the compose file, and its volumes with all data. */
  readonly empty: () => Promise<void>
  /** The command that stops the services; their data stays. */
  readonly stopCommand: (services: readonly string[]) => { readonly file: string; readonly args: string[] }
}

/** The services of the docker-compose.yml in `projectDirectory`. */
export function createComposeServices(projectDirectory: string): ComposeServices {
  const compose = async (args: readonly string[], timeoutSeconds: number) =>
    await runCommand('docker', ['compose', ...args], { timeoutSeconds, directory: projectDirectory })

  const running = async (services: readonly string[]) => {
    const { output } = await compose(['ps', '--services', '--status', 'running'], 30)
    const names = new Set(output.split('\n').map((line) => line.trim()))
    return services.filter((service) => names.has(service))
  }
  const up = async (services: readonly string[]) => {
    const { code, output } = await compose(['up', '--wait', ...services], UP_LIMIT_SECONDS)
    if (code !== 0) throw new Error(`docker compose up failed:\n${lastLines(output)}`)
  }
  const empty = async () => {
    const { code, output } = await compose(['down', '--volumes'], DOWN_LIMIT_SECONDS)
    if (code !== 0) throw new Error(`docker compose down --volumes failed:\n${lastLines(output)}`)
  }
  const stopCommand = (services: readonly string[]) => ({
    file: 'docker',
    args: ['compose', 'stop', ...services],
  })
  return { running, up, empty, stopCommand }
}
