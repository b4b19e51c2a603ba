import { join } from 'node:path'
import { type AdminRoute, createAdminListener } from './admin/admin-server.ts'
import { createDeadLettersRoute } from './admin/dead-letters-route.ts'
import { createMailsRoute } from './admin/mails-route.ts'
import { createMappingsRoute } from './admin/mappings-route.ts'
import { createMetricsRoute } from './admin/metrics/metrics-route.ts'
import { sameOriginGuard } from './admin/same-origin-guard.ts'
import { createSkipRoute } from './admin/skip-route.ts'
import type { StopList } from './async/stop-list.ts'
import type { Config } from './config/config.ts'
import { createDeadLetters } from './dead-letters/dead-letters.ts'
import { type CheckResult, createHealth, createHealthEndpoint } from './health/health.ts'
import { createKafkaCheck, createRedisCheck } from './health/service-check.ts'
import { createHttpServer } from './http/http-server.ts'
import { listenOn } from './http/listen-on.ts'
import type { Journal } from './journal/journal.ts'
import { createKafkaClient } from './kafka/kafka-client.ts'
import { readFunctionCode } from './lambda-api/describe-functions.ts'
import type { ApiFunction } from './lambda-api/invoke-function.ts'
import { createLambdaApi } from './lambda-api/lambda-api.ts'
import { createMailCatcher } from './mail/mail-catcher.ts'
import type { Builder } from './reload/builder.ts'
import { createReload } from './reload/reload.ts'
import { ensureTopics } from './servers/topics.ts'
import { readyScreen } from './startup/ready-screen.ts'
import { sendSeed } from './startup/seed.ts'
import { type RunningFunction, startSchedules } from './startup/start-function.ts'
import { startFunctions } from './startup/start-functions.ts'
import { startServersAndBuild } from './startup/start-servers-and-build.ts'

const ADMIN_PORT = 8080
const SMTP_PORT = 1025
const MAILS_KEPT = 1_000

export interface StartRunnerDeps {
  readonly config: Config
  /** Absolute. */
  readonly projectDirectory: string
  /** Undefined: dist/ is used as it is. */
  readonly builder: Builder | undefined
  readonly stops: StopList
  /** Makes one for each function, because functions stop in parallel. */
  readonly newStopList: () => StopList
  readonly record: Journal['record']
  readonly listen: Journal['listen']
  readonly entries: Journal['entries']
  readonly print: (line: string) => void
  readonly onError: (error: unknown) => void
  readonly onDeath: (what: string) => void
  /** Aborts the start. */
  readonly signal: AbortSignal
}

/** Starts everything, each part with its stop in `stops`. @returns the screen to show when all is ready */
export async function startRunner(deps: StartRunnerDeps): Promise<string> {
  const { config, projectDirectory, stops, record, print, onError, signal } = deps
  const startedAt = performance.now()
  const now = () => Date.now()
  const health = createHealth()
  let startCheck: CheckResult = { ok: false, detail: 'starting' }
  health.setCheck('start', () => startCheck)
  const healthListener = createHealthEndpoint(health)
  const mailCatcher = createMailCatcher({ capacity: MAILS_KEPT, now })
  const apiFunctions = new Map<string, ApiFunction>()
  const lambdaApi = sameOriginGuard(
    createLambdaApi({
      functions: apiFunctions,
      functionCode: (name) => readFunctionCode(join(projectDirectory, 'dist', `${name}.zip`)),
      listen: deps.listen,
    }),
  )
  // Those that need Kafka are added when it runs.
  const routes: AdminRoute[] = [createMailsRoute(mailCatcher.mails)]
  const admin = sameOriginGuard(createAdminListener({ health: healthListener, lambdaApi, routes }))
  const adminServer = createHttpServer({ listener: admin, onError })
  const adminPort = ADMIN_PORT + config.portOffset
  await listenOn(adminServer, adminPort, config.host, 'the admin server')
  stops.add('admin server', adminServer.stop)

  const builtAtEpochMs = Date.now()
  const [servers, { manifest, built }] = await startServersAndBuild(deps)
  signal.throwIfAborted()
  health.setCheck('kafka', createKafkaCheck(servers.kafkaBrokers))
  health.setCheck('redis', createRedisCheck(servers.redisUrl))
  await ensureTopics(servers.kafkaBrokers, manifest.topics, print, config.kafkaLogin)
  const { kafkaBrokers } = servers
  let running: readonly RunningFunction[] = []
  const reports = () => running.flatMap((one) => one.mappingReports())
  const deadLetters = createDeadLetters(
    createKafkaClient({
      clientId: 'dead-letters',
      brokers: kafkaBrokers,
      login: config.kafkaLogin,
      record,
    }),
  )
  stops.add('dead letters', deadLetters.close)
  routes.push(
    createMappingsRoute({ kafkaBrokers, redisUrl: servers.redisUrl, reports, entries: deps.entries }),
    createDeadLettersRoute(deadLetters),
    createSkipRoute({
      mappings: () => running.flatMap(({ skippable }) => skippable),
      keepSkipped: deadLetters.keepSkipped,
    }),
    createMetricsRoute({ listen: deps.listen, reports }),
  )

  let { smtpUrl } = config
  if (smtpUrl === undefined) {
    const port = await mailCatcher.listen(SMTP_PORT + config.portOffset, config.host)
    stops.add('mail catcher', mailCatcher.stop)
    smtpUrl = `smtp://127.0.0.1:${port}`
  }
  const provided = new Map([
    ['KAFKA_BROKERS', servers.kafkaBrokers.join(',')],
    ['REDIS_URL', servers.redisUrl],
    ['SMTP_URL', smtpUrl],
  ])
  signal.throwIfAborted()
  // Code that runs outside this process cannot be replaced from here.
  const reload =
    built && config.environment !== 'external'
      ? createReload({ root: projectDirectory, built, builtAtEpochMs, record, print })
      : undefined
  running = await startFunctions({
    manifest,
    config,
    projectDirectory,
    reload,
    kafkaBrokers,
    variable: (name) => provided.get(name) ?? config.variable(name),
    health,
    lambdaApi,
    apiFunctions,
    stops,
    newStopList: deps.newStopList,
    record,
    onError,
  })
  signal.throwIfAborted()
  if (reload) stops.add('file watch', reload.watch())
  await Promise.all(running.map(({ startMappings }) => startMappings()))
  for (const one of running) startSchedules(one, now)
  await Promise.all(running.map(({ definition, port }) => sendSeed({ port, requests: definition.seed })))
  startCheck = { ok: true }
  const elapsedMs = performance.now() - startedAt
  const { portOffset } = config
  return readyScreen({ manifest, portOffset, servers: servers.description, smtpUrl, adminPort, elapsedMs })
}
