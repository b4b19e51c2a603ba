/** A function whose answers and log lines must be those that it has under AWS's own runtime client. */
export interface Probe {
  readonly title: string
  /** Of index.cjs, unless there are `files`. */
  readonly source: string
  /** Instead of index.cjs. */
  readonly files?: Readonly<Record<string, string>>
  /** Keys of function.json. */
  readonly definition?: Readonly<Record<string, unknown>>
  /** Payloads of the calls, one after the other; by default one call with `{}`. */
  readonly calls?: readonly string[]
  /** What is not alike in the log lines; docs/aws-behaviour.md, section 7.1, says it too. The answers are alike. */
  readonly differs?: string
}

type Options = Omit<Probe, 'title' | 'source'>

/** A whole index.cjs. */
export const moduleProbe = (title: string, source: string, options: Options = {}): Probe => ({
  title,
  source: `const wait = (ms) => new Promise((done) => setTimeout(done, ms))\n${source}`,
  ...options,
})

/** The body of an async handler in an index.cjs. */
export const handlerProbe = (title: string, body: string, options: Options = {}): Probe =>
  moduleProbe(title, `exports.handler = async (event, context) => {\n  ${body}\n}`, options)

/** The body of a streaming handler in an index.cjs. */
export const streamProbe = (title: string, body: string, options: Options = {}): Probe =>
  moduleProbe(
    title,
    `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {\n  ${body}\n})`,
    options,
  )
