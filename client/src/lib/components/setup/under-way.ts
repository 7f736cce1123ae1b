/** The connection somebody is testing in its setup: the test tells them already what the news of its incident would. */
export const underWay: { uuid: string | null } = { uuid: null }
