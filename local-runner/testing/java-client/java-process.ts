import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { env } from 'node:process'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import { classPathOf, downloadArtifacts, kafkaLibraries, missingArtifacts } from '../../servers/artifacts.ts'
import { findJava } from '../../servers/find-java.ts'
import { lastLines } from '../../servers/run-command.ts'

const here = import.meta.dirname
const ARTIFACTS = join(here, '..', '..', '..', '.local', 'artifacts')
const VERSION = '4.3.1'
const OPTIONS = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']

const answer = z.object({ id: z.number(), result: z.unknown().optional(), error: z.string().optional() })
const report = z.object({
  member: z.string(),
  assigned: z.array(z.number()).optional(),
  record: z
    .object({
      partition: z.number(),
      offset: z.number(),
      key: z.base64().nullable(),
      value: z.base64().nullable(),
    })
    .optional(),
  failed: z.string().optional(),
})
const line = z.union([z.object({ ready: z.literal(true) }), answer, report])

/** What a group member says by itself. */
export type Report = z.infer<typeof report>

/** Runs JavaClient.java with the jars of the native Kafka. Every wait is answered, also when the process dies. */
export async function startJavaProcess(brokers: readonly string[], onReport: (report: Report) => void) {
  const missing = missingArtifacts(ARTIFACTS, { kafkaVersion: VERSION })
  if (missing.kafkaVersion) await downloadArtifacts(ARTIFACTS, missing)
  const { found: java, instead } = await findJava(env['JAVA_HOME'])
  if (!java) throw new Error(`The tests' Java client needs Java 17 or newer: ${instead}`)
  const child = spawn(java.file, [...OPTIONS, join(here, 'JavaClient.java'), brokers.join(',')], {
    env: { ...env, CLASSPATH: await classPathOf(kafkaLibraries(ARTIFACTS, VERSION)) },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let complaints = ''
  let count = 0

  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  child.stdin.on('error', () => undefined) // the end of the process answers for it
  child.once('error', (error) => (complaints += error.message))
  child.once('close', (code) => {
    const death = new Error(
      `The tests' Java client ended (${code ?? child.signalCode}): ${lastLines(complaints)}`,
    )
    for (const { reject } of waiting.values()) reject(death)
    waiting.clear()
    ready.reject(death)
    ended.resolve()
  })
  const hear = (text: string) => {
    const said = line.parse(JSON.parse(text))
    if ('ready' in said) return ready.resolve()
    if ('member' in said) return onReport(said)
    const wait = waiting.get(said.id)
    waiting.delete(said.id)
    if (said.error === undefined) wait?.resolve(said.result)
    else wait?.reject(new Error(said.error))
  }
  createInterface(child.stdout).on('line', (text) => {
    try {
      hear(text)
    } catch (error) {
      complaints += `\nNot understood: ${text}: ${String(error)}`
      child.kill('SIGKILL')
    }
  })
  await ready.promise

  return {
    /** Asks for one thing. What is asked under one name is done in order. */
    ask: async (on: string, what: string, details: object = {}): Promise<unknown> => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error("The tests' Java client has ended")
      const id = ++count
      const wait = Promise.withResolvers<unknown>()
      waiting.set(id, wait)
      child.stdin.write(`${JSON.stringify({ id, on, do: what, ...details })}\n`)
      return await wait.promise
    },
    /** Ends it as a crash would: what is open stays open. */
    kill: async () => {
      child.kill('SIGKILL')
      await ended.promise
    },
  }
}
