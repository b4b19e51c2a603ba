import { join } from 'node:path'
import { createStopList } from './async/stop-list.ts'
import { readConfig } from './config/config.ts'
import { createJournal } from './journal/journal.ts'
import { createTerminalLog } from './log/terminal-log.ts'
import { startRunner } from './runner.ts'

const projectDirectory = join(import.meta.dirname, '..')
const JOURNAL_ENTRIES = 10_000

const terminal = createTerminalLog({ write: (text) => process.stdout.write(text) })
const { say } = terminal
const journal = createJournal({ capacity: JOURNAL_ENTRIES, now: () => Date.now() })
journal.listen(terminal.read)

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const complain = (what: string, error: unknown) => say(`${what}: ${textOf(error)}`)
const newStopList = () =>
  createStopList({ onError: (what, error) => complain(`Stopping the ${what} failed`, error) })
const stops = newStopList()
const givenUp = new AbortController()
let leaving = false

/** Stops everything in order, then ends the process. */
async function leave(exitCode: number) {
  if (leaving) return
  leaving = true
  givenUp.abort()
  await stops.stopAll()
  say(exitCode === 0 ? 'Stopped.' : 'Stopped because of the error above.')
  terminal.flush()
  // The terminal may be a pipe, which takes its text later.
  process.stdout.write('', () => process.exit(exitCode))
}

function onSignal() {
  if (leaving) process.exit(130)
  say('Stopping: finishing what is in flight. Once more Ctrl-C ends it at once.')
  void leave(0)
}

function onDefect(error: unknown) {
  say(`The runner itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  void leave(1)
}

process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
process.on('uncaughtException', onDefect)
process.on('unhandledRejection', onDefect)

try {
  const config = readConfig(process.env, process.argv.slice(2))
  // Loaded only where it is used: the image has no esbuild.
  const builder = config.prebuilt
    ? undefined
    : (await import('./reload/builder.ts')).createBuilder(projectDirectory)
  const screen = await startRunner({
    config,
    projectDirectory,
    builder,
    stops,
    newStopList,
    record: journal.record,
    listen: journal.listen,
    say,
    onError: (error) => complain('A request failed inside the runner', error),
    onDeath: (what) => {
      say(`${what} died. The runner cannot go on without it; its log says more.`)
      void leave(1)
    },
    signal: givenUp.signal,
  })
  terminal.flush()
  process.stdout.write(screen)
} catch (error) {
  if (!leaving) complain('The start failed', error)
  await leave(1)
}
