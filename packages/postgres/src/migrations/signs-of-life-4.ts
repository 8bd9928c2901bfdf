/** When the process of a row has last shown that it lives, and which process listens where a response waits. @param schema in quotes */
export const signsOfLife4 = (schema: string): string => `
    ALTER TABLE ${schema}.work ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();
    CREATE INDEX ON ${schema}.work (author);

    ALTER TABLE ${schema}.waiting
      -- Null where a process of an earlier release has added it.
      ADD COLUMN author text COLLATE "C",
      ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();
    CREATE INDEX ON ${schema}.waiting (author);
    CREATE INDEX ON ${schema}.waiting (seen_at);
`
