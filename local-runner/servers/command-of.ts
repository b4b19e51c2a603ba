import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * The command line of a live process, its arguments separated by spaces; '' when there is none (or only a zombie). Systems
 * reuse pids, so a pid alone does not identify a process: compare this before ending one.
 */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return '' // both fail when no such process lives
  }
}
