import { ChildProcess } from 'node:child_process'
import { isStandardOutput } from './standard-streams.mjs'

// A child process of this thread would inherit the runner's descriptors. It gets pipes instead, which are read here.

/** @typedef {(bytes: Uint8Array) => void} Write */
/** @typedef {import('node:child_process').ChildProcess} Child */

/** The descriptor of this thread that a child is to have; undefined for none. @param {unknown} wanted @param {number} fd */
function inherited(wanted, fd) {
  if (wanted === 'inherit') return fd
  if (wanted === process.stdin) return 0
  const own = typeof wanted === 'object' && wanted !== null && 'fd' in wanted ? wanted.fd : wanted
  return typeof own === 'number' ? own : undefined
}

/** @param {unknown} wanted @param {number} fd */
function instead(wanted, fd) {
  const own = inherited(wanted, fd)
  if (own === 0) return 'ignore'
  return isStandardOutput(own) ? 'pipe' : wanted
}

/**
 * Lets `exit` wait until the child's output is read: what is inherited is in the log by then. Not until the pipes close, which
 * a process that the child leaves behind keeps open: one turn of the event loop reads all that they hold.
 * @param {Child} child
 */
function exitWhenRead(child) {
  const emit = /** @type {(name: string, ...given: unknown[]) => boolean} */ (child.emit.bind(child))
  /** @type {unknown[] | undefined} */
  let exit
  const giveExit = () => {
    if (exit) emit('exit', ...exit)
    exit = undefined
  }
  child.emit = (/** @type {string} */ name, /** @type {unknown[]} */ ...given) => {
    if (name === 'exit') {
      exit = given
      setImmediate(() => setImmediate(giveExit))
      return true
    }
    if (name === 'close') giveExit()
    return emit(name, ...given)
  }
}

/** @param {unknown} stdio @returns {readonly unknown[]} */
const asList = (stdio) => (Array.isArray(stdio) ? stdio : [stdio, stdio, stdio])

/** The one way of `spawn`, `exec`, `execFile` and `fork`. @param {Write} write */
function wrapSpawn(write) {
  const { prototype } = ChildProcess
  /** @type {unknown} */
  const found = Reflect.get(prototype, 'spawn')
  const spawn = /** @type {(this: Child, options: object) => unknown} */ (found)
  Reflect.set(
    prototype,
    'spawn',
    /** @this {Child} @param {{ readonly stdio?: unknown }} options */
    function (options) {
      const { stdio } = options
      const wanted = asList(stdio)
      const result = spawn.call(this, { ...options, stdio: wanted.map(instead) })
      const read = [...wanted.keys()].filter((fd) => isStandardOutput(inherited(wanted[fd], fd)))
      for (const fd of read) {
        this.stdio[fd]?.on('data', write)
        // As of a descriptor that is inherited.
        Reflect.set(this.stdio, fd, null)
        if (isStandardOutput(fd)) Reflect.set(this, fd === 1 ? 'stdout' : 'stderr', null)
      }
      if (read.length > 0) exitWhenRead(this)
      return result
    },
  )
}

/** @typedef {{ readonly type: string, readonly fd?: number }} SyncStdio */
/** @typedef {(options: { readonly stdio: readonly SyncStdio[], readonly maxBuffer?: number }) => { readonly output: (Buffer | null)[] | null }} SpawnSync */

/** The one way of `spawnSync`, `execSync` and `execFileSync`, which is inside Node.js. @param {Write} write */
function wrapSpawnSync(write) {
  const { binding: bindingOf } = /** @type {{ binding: (name: string) => unknown }} */ (
    /** @type {unknown} */ (process)
  )
  const binding = /** @type {{ spawn: SpawnSync }} */ (bindingOf('spawn_sync'))
  const { spawn } = binding
  binding.spawn = (options) => {
    const fds = options.stdio.map(({ type, fd }) => (type === 'pipe' || type === 'ignore' ? undefined : fd))
    if (fds.every((fd) => fd === undefined)) return spawn(options)
    const stdio = options.stdio.map((given, index) => {
      if (fds[index] === 0) return { type: 'ignore' }
      return isStandardOutput(fds[index]) ? { type: 'pipe', readable: false, writable: true } : given
    })
    // What is inherited has no limit; what the function reads keeps its own.
    const isRead = options.stdio.some(({ type }, fd) => fd > 0 && type === 'pipe')
    const result = spawn({ ...options, stdio, ...(!isRead && { maxBuffer: Infinity }) })
    for (const [index, fd] of fds.entries()) {
      const output = result.output?.[index]
      if (!isStandardOutput(fd) || !output) continue
      write(output)
      Reflect.set(result.output ?? [], index, null)
    }
    return result
  }
}

/** Leads what child processes write to this thread's stdout and stderr to `write`. @param {Write} write */
export function installChildOutput(write) {
  wrapSpawn(write)
  wrapSpawnSync(write)
}
