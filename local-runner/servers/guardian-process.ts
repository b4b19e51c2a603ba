// Parent of the servers. A separate process, so that they stop even when the runner is killed with SIGKILL: the end of
// standard input means that the runner has ended, and the servers are stopped in reverse order.
// Usage: node guardian-process.ts LOCK_FILE RUNNER_PID
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import {
  type GuardianOrder,
  guardianOrder,
  type GuardianReport,
  type StartOrder,
} from './guardian-protocol.ts'
import { readLock, removeLock, updateLock } from './lock-file.ts'

const STOP_LIMIT_MS = 20_000
const [lockFile = '', runnerPid] = process.argv.slice(2)
const running: { name: string; child: ChildProcess; ended: Promise<void> }[] = []
const atEnd: Extract<GuardianOrder, { type: 'atEnd' }>[] = []
let stopping = false

const report = (message: GuardianReport) => process.stdout.write(`${JSON.stringify(message)}\n`)
// A dead runner does not read reports.
process.stdout.on('error', () => undefined)

/** The lock, unless another runner has taken it: ours may have been killed while this process started. */
function ownLock() {
  const lock = readLock(lockFile)
  return lock?.runner.pid === Number(runnerPid) ? lock : undefined
}

function recordInLock() {
  const lock = ownLock()
  if (!lock) return
  const servers = running.map(({ name, child }) => ({ name, pid: child.pid ?? 0 }))
  updateLock(lockFile, { ...lock, guardianPid: process.pid, servers, stopping })
}

function keepArchive({ archive }: StartOrder, signal: NodeJS.Signals | null) {
  if (!archive || !existsSync(archive.writtenAs)) return
  // A server that is killed while it writes leaves a truncated archive.
  if (signal === 'SIGKILL') rmSync(archive.writtenAs)
  else renameSync(archive.writtenAs, archive.keptAs)
}

function start(order: StartOrder) {
  const log = openSync(order.logFile, 'w')
  const environment = { ...process.env, ...order.environment }
  // A JVM that crashes writes its report to the working directory: beside the log.
  const directory = dirname(order.logFile)
  const child = spawn(order.file, order.args, {
    stdio: ['ignore', log, log],
    env: environment,
    cwd: directory,
  })
  closeSync(log)
  const ended = new Promise<void>((resolve) => {
    const end = (reason: string, signal: NodeJS.Signals | null) => {
      const index = running.findIndex((server) => server.child === child)
      if (index >= 0) running.splice(index, 1)
      keepArchive(order, signal)
      recordInLock()
      report({ type: 'exited', name: order.name, reason })
      resolve()
    }
    child.once('error', (error) => end(error.message, null))
    child.once('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`, signal))
  })
  if (child.pid === undefined) return
  running.push({ name: order.name, child, ended })
  recordInLock()
  report({ type: 'started', name: order.name, pid: child.pid })
}

async function stopAll() {
  if (stopping) return
  stopping = true
  recordInLock()
  for (const { child, ended } of [...running].reverse()) {
    child.kill('SIGTERM')
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
    await ended
    clearTimeout(limit)
  }
  for (const { file, args, directory } of atEnd) {
    spawnSync(file, args, { cwd: directory, stdio: 'ignore', timeout: STOP_LIMIT_MS })
  }
  if (ownLock()) removeLock(lockFile)
  process.exit()
}

recordInLock()
process.on('SIGTERM', () => void stopAll())
process.on('SIGINT', () => void stopAll())
const orders = createInterface({ input: process.stdin })
orders.on('line', (line) => {
  const order = guardianOrder.parse(JSON.parse(line))
  if (order.type === 'start') start(order)
  else atEnd.push(order)
})
orders.once('close', () => void stopAll())
