import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { whyNoDocker } from '../local-runner/servers/docker.ts'
import { findRequirements } from '../local-runner/servers/requirements.ts'

// The tests run servers of their own as child processes, because they kill and pause them. Where Java or Maven is
// missing but Docker is not, they run in a container that has both.

const projectDirectory = join(import.meta.dirname, '..')
const IMAGE = 'order-pipeline-tests'

async function run(file: string, args: readonly string[]): Promise<number> {
  const child = spawn(file, args, { cwd: projectDirectory, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

const vitest = () =>
  run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)])

async function inContainer(): Promise<number> {
  console.log('No Java and Maven here: the tests run in a container (the first time builds its image).')
  const built = await run('docker', ['build', '--tag', IMAGE, join(projectDirectory, 'e2e')])
  if (built !== 0) return built
  // The container's own node_modules and servers: this machine's may be for another system.
  const volumes = ['node_modules', '.local', 'dist'].flatMap((folder) => [
    '--volume',
    `${IMAGE}-${folder.replace('.', '')}:/project/${folder}`,
  ])
  const mount = ['--volume', `${projectDirectory}:/project`, ...volumes]
  return run('docker', ['run', '--rm', '--init', ...mount, IMAGE, 'npm', 'test'])
}

async function runTests(): Promise<number> {
  const docker = await whyNoDocker()
  try {
    const artifactsDirectory = join(projectDirectory, '.local', 'artifacts')
    const isThere = 'the tests need Java and Maven'
    await findRequirements({
      artifactsDirectory,
      kafkaVersion: '4.3.1',
      redis: true,
      docker: docker ?? isThere,
    })
  } catch (error) {
    if (docker === undefined) return inContainer()
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
  const installed = await run(process.execPath, [
    'local-runner/lambda/environments/aws-runtime-client/install.mjs',
  ])
  return installed === 0 ? vitest() : installed
}

process.exitCode = await runTests()
