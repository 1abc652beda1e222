// What can go wrong in this room, for the developer: every code with its fix.

export const domainsRows = {
  DOMAIN_WITHOUT_API: {
    says: (at: { readonly domain: string; readonly api: string }): string =>
      `The domain ${at.domain} maps to a ${at.api} API, and there is none.`,
    fix: "Map the domain to an API that the definition has.",
    blame: "user",
  },
  CERTIFICATE_UNREADABLE: {
    says: (at: { readonly domain: string; readonly why: string }): string =>
      `The certificate of the domain ${at.domain} cannot be used: ${at.why}.`,
    fix: "Give a certificate and its key as PEM files, or none: then one is made locally.",
    blame: "user",
  },
  TRUSTSTORE_UNREADABLE: {
    says: (at: { readonly domain: string; readonly uri: string; readonly why: string }): string =>
      `The trust store ${at.uri} of the domain ${at.domain} cannot be used: ${at.why}.`,
    fix: "Give a file of PEM certificates, at most 1,000 and 1 MB, by its path or as s3://bucket/key.",
    blame: "user",
  },
} as const;
