import { join, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { createStopList } from './async/stop-list.ts'
import { confirm } from './cli/confirm.ts'
import { type Config, readConfig } from './config/config.ts'
import { completeEnvironment, setVariables } from './config/env-files.ts'
import { createJournal } from './journal/journal.ts'
import { createTerminalLog } from './log/terminal-log.ts'
import { startRunner } from './runner.ts'
import { emptyServers } from './servers/servers.ts'

const projectDirectory = join(import.meta.dirname, '..')
const JOURNAL_ENTRIES = 10_000

const terminal = createTerminalLog({
  write: (text) => process.stdout.write(text),
  isTerminal: process.stdout.isTTY,
})
const { print } = terminal
const journal = createJournal({ capacity: JOURNAL_ENTRIES, now: () => Date.now() })
journal.listen(terminal.read)

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const logFailure = (what: string, error: unknown) => print(`${what}: ${textOf(error)}`)
const newStopList = () =>
  createStopList({ onError: (what, error) => logFailure(`Stopping the ${what} failed`, error) })
const stops = newStopList()
const startAborted = new AbortController()
let leaving = false

/** Stops everything in order, then ends the process. */
async function leave(exitCode: number) {
  if (leaving) return
  leaving = true
  startAborted.abort()
  await stops.stopAll()
  print(exitCode === 0 ? 'Stopped.' : 'Stopped because of the error above.')
  terminal.flush()
  // The terminal may be a pipe, which is written asynchronously.
  process.stdout.write('', () => process.exit(exitCode))
}

function onSignal() {
  if (leaving) process.exit(130)
  print('Stopping: finishing what is in flight. Press Ctrl-C again to end it at once.')
  void leave(0)
}

function onDefect(error: unknown) {
  print(
    `The runner itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  )
  void leave(1)
}

process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
process.on('uncaughtException', onDefect)
process.on('unhandledRejection', onDefect)

async function emptyAfterAsking({ yes, dataDirectory, ...config }: Config) {
  const { stdin: input, stdout: output } = process
  await emptyServers({
    ...config,
    projectDirectory,
    dataDirectory: resolve(projectDirectory, dataDirectory),
    print,
    confirm: (places) =>
      confirm({
        warning: `All orders, stock, mails sent, counts and dead letters will be deleted:\n  ${places.join('\n  ')}`,
        question: 'Delete them?',
        isYes: yes,
        input,
        output,
      }),
  })
}

// For the worker threads, which each keep that much garbage; this thread has what npm start gave it.
setFlagsFromString('--max-semi-space-size=4')
try {
  const config = readConfig(completeEnvironment(projectDirectory, process.env), process.argv.slice(2))
  if (config.fresh) await emptyAfterAsking(config)
  // Imported only when needed: the container image has no esbuild.
  const builder = config.prebuilt
    ? undefined
    : (await import('./reload/builder.ts')).createBuilder(projectDirectory)
  const screen = await startRunner({
    config,
    ownVariables: setVariables(process.env),
    projectDirectory,
    builder,
    stops,
    newStopList,
    record: journal.record,
    listen: journal.listen,
    entries: journal.entries,
    print,
    onError: (error) => logFailure('A request failed inside the runner', error),
    onDeath: (what) => {
      print(`${what} died. The runner cannot continue without it; see its log.`)
      void leave(1)
    },
    signal: startAborted.signal,
  })
  terminal.flush()
  process.stdout.write(screen)
} catch (error) {
  if (!leaving) logFailure('The start failed', error)
  await leave(1)
}
