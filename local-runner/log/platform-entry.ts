import type { SystemLogging } from '../journal/environment-events.ts'
import type { JournalEntry } from '../journal/journal.ts'

/** An entry that Lambda itself logs, in the function's format. */
export type PlatformEntry = Extract<JournalEntry, { readonly logging: SystemLogging }>

export type InitEntry = Extract<PlatformEntry, { readonly name: 'environment.init' }>
export type FinishedEntry = Extract<PlatformEntry, { readonly name: 'invocation.finished' }>

/** AWS numbers its builds of a runtime; here Node's minor version stands for that number. */
export const RUNTIME_VERSION = `nodejs:24.v${process.versions.node.split('.')[1]}`
export const RUNTIME_VERSION_ARN = 'arn:aws:lambda:us-east-1::runtime:local'

export const toMegabytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024)
