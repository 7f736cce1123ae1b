import { ProviderForm } from '#lib/components/connection/form.svelte.ts'
import { toast } from '#lib/components/ui/toast.ts'
import {
  CreateConnectionDocument,
  SetCredentialsDocument,
  TestConnectionDocument,
  type ConnectionStatus,
  type ConnectionTestFragment,
  type Environment,
  type ProviderFormFragment,
} from '#lib/graphql/generated/graphql.ts'
import { newKey } from '#lib/graphql/idempotency.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { refusalOf, type Refusal } from '#lib/graphql/refusal.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import type { Draft } from './draft.ts'
import type { Step } from './steps.ts'
import { Templates, usualOf } from './templates.ts'

type Report = NonNullable<ConnectionTestFragment['lastTest']>

/** One connection on its way into being: what was entered, what exists already, what the test found. */
export class Setup {
  readonly #provider: () => ProviderFormFragment
  readonly form: ProviderForm
  readonly #create = new Mutation(CreateConnectionDocument)
  readonly #credentials = new Mutation(SetCredentialsDocument)
  readonly #test = new Mutation(TestConnectionDocument)
  /** The same for every try of one creation, so that a lost answer never makes two connections. */
  readonly #key = newKey()
  readonly #templates: Templates

  step = $state<Exclude<Step, 'provider'>>('details')
  name = $state('')
  environment = $state<Environment>('SANDBOX')
  simulated = $state(false)
  baseUrl = $state('')
  interval = $state('300')
  /** Key of the template it began with. */
  template = $state('')
  /** The draft of somebody who has typed nothing. */
  readonly #untouched: string
  #tried = $state(false)
  #created = $state.raw<{ readonly id: string; readonly uuid: string } | null>(null)
  #status = $state<ConnectionStatus | null>(null)
  #report = $state.raw<Report | null>(null)
  #refusal = $state.raw<Refusal | null>(null)

  /** The provider is asked for each time: its texts change with the language. */
  constructor(current: () => ProviderFormFragment, options: { simulated: boolean; template?: string | undefined }) {
    this.#provider = current
    const provider = current()
    this.form = new ProviderForm(
      () => this.provider.fields,
      () =>
        this.#created === null ? [] : provider.fields.filter(({ kind }) => kind === 'SECRET').map(({ name }) => name),
    )
    this.#templates = new Templates(this.form.plain)
    this.name = provider.name
    this.environment = provider.environments[0] ?? 'LIVE'
    this.simulated = options.simulated
    const usual = usualOf(provider.templates, this.environment)
    if (usual) this.useTemplate(usual.key)
    this.#untouched = JSON.stringify(this.draft)
    if (options.template !== undefined) this.useTemplate(options.template)
  }

  get provider(): ProviderFormFragment {
    return this.#provider()
  }

  /** Begins with a common configuration; what it says can be changed afterwards, and choosing another loses nothing. */
  useTemplate(key: string): void {
    const template = this.#templateOf(key)
    if (template === undefined) return
    const now = { environment: this.environment, interval: this.interval, fields: this.form.plain }
    const next = this.#templates.change(this.#templateOf(this.template), template, now)
    this.template = key
    this.environment = next.environment
    this.interval = next.interval
    this.form.restore(next.fields)
  }
  /** Another world by hand. A template that says nothing but a world gives way to the usual one of the other. */
  useEnvironment(environment: Environment): void {
    const current = this.#templateOf(this.template)
    const usual = usualOf(this.provider.templates, environment)
    if (current?.settings.length === 0 && current.environment !== environment && usual?.settings.length === 0) {
      const { interval } = this
      this.useTemplate(usual.key)
      if (interval !== String(current.probeIntervalSeconds)) this.interval = interval
    }
    this.environment = environment
  }

  /** The connection, once it exists. */
  get created(): { readonly id: string; readonly uuid: string } | null {
    return this.#created
  }
  get report(): Report | null {
    return this.#report
  }
  get saving(): boolean {
    return this.#create.busy || this.#credentials.busy
  }
  get testing(): boolean {
    return this.#test.busy
  }
  /** A person has to approve at the vendor before a test can work: credentials alone did not complete it. */
  get needsApproval(): boolean {
    return this.provider.authKind === 'OAUTH2_CODE' && this.#status === 'NOT_CONFIGURED'
  }

  get nameError(): string | null {
    return this.#fault('name') ?? (this.#tried && this.name.trim() === '' ? i18n.t.wizard.nameMissing : null)
  }
  get intervalError(): string | null {
    const seconds = Number(this.interval)
    const right = Number.isInteger(seconds) && seconds >= 30 && seconds <= 86_400
    return this.#fault('probeIntervalSeconds') ?? (this.#tried && !right ? i18n.t.wizard.intervalWrong : null)
  }
  get baseUrlError(): string | null {
    return this.#fault('baseUrl')
  }
  /** Why the hub did not accept it, where no field can show it. */
  get problem(): string | null {
    return this.#refusal && this.#refusal.faults.length === 0 ? this.#refusal.message : null
  }

  /** From name and environment to the credentials. */
  confirmDetails(): void {
    this.#tried = true
    this.#refusal = null
    if (this.nameError === null && this.intervalError === null) this.step = 'credentials'
  }

  /** Stores what was entered: creates the connection the first time, sets its credentials later. True when it is stored. */
  async save(options: { withCredentials: boolean }): Promise<boolean> {
    this.#refusal = null
    if (options.withCredentials && !this.form.check()) return false
    const fields = options.withCredentials ? this.form.filled : this.form.sound
    if (this.#created === null) {
      const { data, fault } = await this.#create.run({
        input: {
          provider: this.provider.slug,
          name: this.name.trim(),
          environment: this.environment,
          simulated: this.simulated,
          probeIntervalSeconds: Number(this.interval),
          fields,
          idempotencyKey: this.#key,
          ...(this.provider.baseUrlOverride && this.baseUrl.trim() !== '' ? { baseUrl: this.baseUrl.trim() } : {}),
        },
      })
      if (fault) return this.#failed(() => toast.fault(fault))
      if ('connection' in data.createConnection) {
        const { id, uuid, status } = data.createConnection.connection
        this.#created = { id, uuid }
        this.#status = status
        this.form.take()
        return true
      }
      return this.#refused(refusalOf(data.createConnection))
    }
    if (fields.length === 0) return true
    const { data, fault } = await this.#credentials.run({ input: { id: this.#created.id, fields } })
    if (fault) return this.#failed(() => toast.fault(fault))
    if (!('connection' in data.setCredentials)) return this.#refused(refusalOf(data.setCredentials))
    this.#status = data.setCredentials.connection.status
    this.form.take()
    return true
  }

  async test(): Promise<void> {
    if (this.#created === null) return
    this.step = 'test'
    this.#report = null
    const { data, fault } = await this.#test.run({ input: { id: this.#created.id } })
    if (fault) {
      toast.fault(fault)
      return
    }
    if ('connection' in data.testConnection) this.#report = data.testConnection.connection.lastTest
    else this.#refused(refusalOf(data.testConnection))
  }

  /** Back to the field a failed step pointed at. */
  fix(field: string): void {
    const advice = this.#report?.steps.find((step) => step.field === field)?.advice
    this.form.mark(field, advice ?? i18n.t.wizard.failed)
    this.step = 'credentials'
  }

  get draft(): Draft {
    return {
      name: this.name,
      environment: this.environment,
      simulated: this.simulated,
      baseUrl: this.baseUrl,
      interval: this.interval,
      template: this.template,
      plain: this.form.plain,
    }
  }
  /** Something is to be remembered when the page is left. */
  get touched(): boolean {
    return JSON.stringify(this.draft) !== this.#untouched
  }
  restore(draft: Draft): void {
    if (this.#templateOf(draft.template)) this.template = draft.template
    this.name = draft.name
    if (draft.environment && this.provider.environments.includes(draft.environment))
      this.environment = draft.environment
    this.simulated = draft.simulated && this.provider.lab
    this.baseUrl = draft.baseUrl
    this.interval = draft.interval
    this.form.restore(draft.plain)
  }

  #templateOf(key: string) {
    return this.provider.templates.find((one) => one.key === key)
  }
  #fault(path: string): string | null {
    return this.#refusal?.faults.find((fault) => fault.path.endsWith(path))?.message ?? null
  }
  #refused(refusal: Refusal | null): false {
    this.#refusal = refusal
    if (refusal === null) return false
    this.form.refuse(refusal.faults)
    // A fault of the first form is shown where it can be mended.
    if (this.nameError || this.intervalError || this.baseUrlError) this.step = 'details'
    return false
  }
  #failed(say: () => void): false {
    say()
    return false
  }
}
