// `npm run soak`: checks for memory leaks over many reloads and a million calls. See HELP.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { startFlags } from '../../testing/start-command.ts'

const HELP = `Saves and calls a test function, and compares the memory at the end with the memory after the first 1 %.

  npm run soak -- --reloads 1000 --calls 1000000
`
const CONNECTIONS = 16
/** Relative to the memory after the first 1 %. */
const ALLOWED_GROWTH = 0.05
const SAMPLES = 100
/** Those of `npm start`, which keep the young generation of the heap below 100 MB; and --expose-gc for the measurement. */
const FLAGS = [...startFlags, '--expose-gc']
/** glibc creates up to eight malloc arenas per processor. They fill up as environments start and end, by about 25 MB in
 * total, which would hide a leak; with two arenas the level is constant. */
const MALLOC_ARENA_MAX = '2'

/** Inside the project, so that Node finds the packages. */
const root = join(import.meta.dirname, '..', '..', '..', '.local', 'soak')

const childMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('listening'), port: z.number() }),
  z.object({ type: z.literal('spare-ready') }),
  z.object({ type: z.literal('measured'), rssBytes: z.number(), activeResources: z.number() }),
])
type ChildMessage = z.output<typeof childMessage>

function save(name: string, text: string) {
  const path = join(root, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function writeProject() {
  rmSync(root, { recursive: true, force: true })
  const definition = { name: 'soaked', port: 1, timeout: 10, triggers: { http: ['POST /value'] } }
  save('functions/soaked/function.json', JSON.stringify(definition))
  save('functions/topics.json', '[]')
  save('functions/api.json', '{"stage":"$default"}')
  save(
    'functions/soaked/handler.ts',
    "import * as z from 'zod'\nimport { a } from './a.ts'\nconst body = z.object({ n: z.number() })\nexport const handler = async (event) => [a(), body.parse(JSON.parse(event.body)).n]\n",
  )
  save('functions/soaked/a.ts', "import { b } from './b.ts'\nexport const a = () => b()\n")
  save(
    'functions/soaked/b.ts',
    "import { value } from '../../shared/value.ts'\nexport const b = () => value\n",
  )
  saveValue(0)
}

const saveValue = (value: number) => save('shared/value.ts', `export const value = ${value}\n`)

/** The next message of this type. */
function nextMessage<T extends ChildMessage['type']>(child: ChildProcess, type: T) {
  return new Promise<Extract<ChildMessage, { readonly type: T }>>((resolve, reject) => {
    const onExit = () => reject(new Error('The runner died.'))
    child.once('exit', onExit)
    const onMessage = (value: unknown) => {
      const message = childMessage.parse(value)
      if (message.type !== type) return
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(message as Extract<ChildMessage, { readonly type: T }>)
    }
    child.on('message', onMessage)
  })
}

/** Calls `count` times. @throws when an answer does not have the last saved value */
async function callMany(port: number, count: number, value: number) {
  // New connections each time: the runner closes one after 5 s idle, possibly just as it is used again.
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const headers = { 'content-type': 'application/json' }
  const call = (n: number) =>
    new Promise<void>((resolve, reject) => {
      request({ agent, port, method: 'POST', path: '/value', headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('error', reject).on('end', () => {
          if (text === JSON.stringify([value, n])) resolve()
          else reject(new Error(`Expected ${JSON.stringify([value, n])}, got ${response.statusCode} ${text}`))
        })
      })
        .on('error', reject)
        .end(JSON.stringify({ n }))
    })
  let left = count
  const one = async () => {
    while (left > 0) await call(left--)
  }
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, one))
  } finally {
    agent.destroy()
  }
}

async function soak(reloads: number, calls: number) {
  writeProject()
  const child = fork(join(import.meta.dirname, 'soak-runner.ts'), [root], {
    execArgv: FLAGS,
    env: { ...process.env, MALLOC_ARENA_MAX },
  })
  const { port } = await nextMessage(child, 'listening')
  const measure = async () => {
    const measured = nextMessage(child, 'measured')
    child.send('measure')
    return await measured
  }
  let saved = 0
  const reload = async () => {
    const ready = nextMessage(child, 'spare-ready')
    saveValue(++saved)
    await callMany(port, 1, saved)
    await ready
  }
  const startedAt = performance.now()
  const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024)
  const levels: number[] = []
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const reloadsNow = Math.round((reloads * sample) / SAMPLES) - saved
    for (let left = reloadsNow; left > 0; left--) {
      await reload()
      if (reloads >= SAMPLES) await callMany(port, Math.round(calls / reloads), saved)
    }
    if (reloads < SAMPLES) await callMany(port, Math.round(calls / SAMPLES), saved)
    const { rssBytes, activeResources } = await measure()
    levels.push(rssBytes)
    if (sample === 1 || sample % 10 === 0) {
      const seconds = Math.round((performance.now() - startedAt) / 1000)
      console.log(
        `${sample} %: ${saved} reloads, ${megabytes(rssBytes)} MB, ${activeResources} open resources, ${seconds} s`,
      )
    }
  }
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.disconnect()
  await ended
  const [first = 0] = levels
  const last = levels.at(-1) ?? 0
  const growth = last / first - 1
  console.log(
    `${megabytes(first)} MB after the first 1 %, ${megabytes(last)} MB at the end: ${(growth * 100).toFixed(1)} %`,
  )
  if (growth > ALLOWED_GROWTH) process.exitCode = 1
}

const { values } = parseArgs({
  options: {
    reloads: { type: 'string', default: '1000' },
    calls: { type: 'string', default: '1000000' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else await soak(Number(values.reloads), Number(values.calls))
