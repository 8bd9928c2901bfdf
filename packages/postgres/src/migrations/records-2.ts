/** What agents work on, and what waits for people. @param schema in quotes */
export const records2 = (schema: string): string => `
    -- Conversations may begin here before the archive knows them.
    CREATE TABLE ${schema}.work (
      channel text COLLATE "C" NOT NULL,
      prompt text COLLATE "C" NOT NULL,
      -- The process that answers the prompt.
      author text COLLATE "C" NOT NULL,
      begun_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (channel, prompt, author)
    );

    CREATE TABLE ${schema}.waiting (
      channel text COLLATE "C" NOT NULL,
      response text COLLATE "C" NOT NULL,
      PRIMARY KEY (channel, response)
    );
`
