import { readdirSync, readFileSync } from 'node:fs'

/** USER_HZ, which is 100 on every Linux. */
const MS_PER_TICK = 10

interface ProcessStat {
  readonly pid: number
  readonly parent: number
  readonly cpuMs: number
}

/** Of proc_pid_stat(5); the name in parentheses may contain anything, blanks included. */
function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { pid, parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK }
  } catch {
    return undefined // It has just ended.
  }
}

/** CPU time in ms of all running descendants of this process; NaN without /proc. */
export function descendantsCpuMs(): number {
  if (process.platform !== 'linux') return Number.NaN
  const stats = readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (readStat(Number(name)) ?? []) : [],
  )
  const cpuBelow = (pid: number): number =>
    stats
      .filter(({ parent }) => parent === pid)
      .reduce((sum, child) => sum + child.cpuMs + cpuBelow(child.pid), 0)
  return cpuBelow(process.pid)
}
