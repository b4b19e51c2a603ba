import { readFileSync } from 'node:fs'

const BYTES_PER_KB = 1024

/** Resident memory of a process in bytes, now and at its peak; undefined when it has exited or there is no /proc. */
export function processMemory(pid: number): { readonly now: number; readonly most: number } | undefined {
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return undefined
  }
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * BYTES_PER_KB
  return { now: field('VmRSS'), most: field('VmHWM') }
}
