// `npm test` checks, builds and runs every test. `npm test -- FILE ...`, or other arguments of Vitest, runs those tests
// with what they need and no more.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import * as z from 'zod'
import { whyNoDocker } from '../local-runner/servers/docker.ts'
import { findRequirements } from '../local-runner/servers/requirements.ts'

const projectDirectory = join(import.meta.dirname, '..')
const IMAGE = 'order-pipeline-tests'
const VITEST = 'node_modules/vitest/vitest.mjs'
const RUNTIME_CLIENT = 'local-runner/lambda/environments/aws-runtime-client/install.mjs'

const args = process.argv.slice(2)
const isWhole = args.length === 0

async function run(file: string, args: readonly string[]): Promise<number> {
  const child = spawn(file, args, { cwd: projectDirectory, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

const listedFiles = z.array(z.object({ file: z.string(), projectName: z.string() }))

async function listTestFiles() {
  // --json stands last: it would take a file name behind it as the file to write.
  const list = [VITEST, 'list', ...args, '--filesOnly', '--json']
  const { stdout } = await promisify(execFile)(process.execPath, list, { cwd: projectDirectory })
  return listedFiles.parse(JSON.parse(stdout))
}

/** Whether one of the files imports AWS's runtime client, directly or not. */
async function importsRuntimeClient(files: readonly string[]): Promise<boolean> {
  const { metafile } = await build({
    entryPoints: [...files],
    absWorkingDir: projectDirectory,
    bundle: true,
    format: 'esm',
    loader: { '.lua': 'text' },
    logLevel: 'silent',
    metafile: true,
    outdir: '.',
    packages: 'external',
    platform: 'node',
    write: false,
  })
  return 'local-runner/testing/runtime-client.ts' in metafile.inputs
}

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
  return run('docker', ['run', '--rm', '--init', ...mount, IMAGE, 'npm', 'test', '--', ...args])
}

// Tests start, kill and pause servers of their own as child processes, so a container of the servers is no help.
async function runTests(): Promise<number> {
  const files = await listTestFiles()
  const projects = new Set(files.map(({ projectName }) => projectName))
  const needsServers = projects.has('integration') || projects.has('e2e')

  const docker = needsServers ? await whyNoDocker() : undefined
  if (needsServers) {
    try {
      await findRequirements({
        artifactsDirectory: join(projectDirectory, '.local', 'artifacts'),
        kafkaVersion: '4.3.1',
        redis: true,
        docker: docker ?? 'the tests need Java and Maven',
      })
    } catch (error) {
      if (docker === undefined) return inContainer()
      console.error(error instanceof Error ? error.message : error)
      return 1
    }
  }

  const steps = [
    ...(isWhole ? ['.ci/check.ts'] : []),
    ...(projects.has('e2e') ? ['esbuild.config.mjs'] : []),
    ...(needsServers && (await importsRuntimeClient(files.map(({ file }) => file))) ? [RUNTIME_CLIENT] : []),
  ]
  for (const step of steps) {
    const code = await run(process.execPath, [step])
    if (code !== 0) return code
  }
  return run(process.execPath, [VITEST, 'run', ...args])
}

process.exitCode = await runTests()
