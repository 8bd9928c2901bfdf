/** Messages, what is withheld of them, and the conversation lists. @param schema in quotes */
export const archive1 = (schema: string): string => `
    -- Serials and versions order by code unit, whatever the language of the database.
    CREATE TABLE ${schema}.conversation (
      channel text COLLATE "C" PRIMARY KEY,
      -- From the oldest message up to this serial nothing is missing.
      up_to text COLLATE "C",
      -- Given by the product; otherwise the first prompt has it.
      title text,
      -- Of the newest message, in milliseconds; null without messages. So is the time of the last change.
      newest_at double precision,
      last_activity double precision
    );
    CREATE INDEX ON ${schema}.conversation (newest_at);

    CREATE TABLE ${schema}.message (
      channel text COLLATE "C" NOT NULL REFERENCES ${schema}.conversation ON DELETE CASCADE,
      serial text COLLATE "C" NOT NULL,
      version text COLLATE "C" NOT NULL,
      -- The message as JSON. No json or jsonb: these refuse some texts that are read or written as such.
      body text NOT NULL,
      is_prompt boolean NOT NULL,
      is_deleted boolean NOT NULL,
      excerpt text NOT NULL,
      is_waiting boolean NOT NULL,
      continues text COLLATE "C",
      created_at double precision NOT NULL,
      active_at double precision NOT NULL,
      PRIMARY KEY (channel, serial)
    );
    CREATE INDEX ON ${schema}.message (channel, active_at) WHERE NOT is_deleted;
    CREATE INDEX ON ${schema}.message (channel) WHERE is_waiting;
    CREATE INDEX ON ${schema}.message (channel, continues) WHERE continues IS NOT NULL;

    CREATE TABLE ${schema}.withheld (
      channel text COLLATE "C" NOT NULL REFERENCES ${schema}.conversation ON DELETE CASCADE,
      serial text COLLATE "C" NOT NULL,
      data text NOT NULL,
      shown text NOT NULL,
      PRIMARY KEY (channel, serial)
    );

    CREATE TABLE ${schema}.member (
      client_id text COLLATE "C" NOT NULL,
      channel text COLLATE "C" NOT NULL REFERENCES ${schema}.conversation ON DELETE CASCADE,
      -- Serial of the newest prompt that the person wrote.
      wrote text COLLATE "C",
      is_added boolean NOT NULL DEFAULT false,
      -- Serial of the newest message when the conversation was taken off the list.
      removed_at text COLLATE "C",
      PRIMARY KEY (client_id, channel)
    );
    CREATE INDEX ON ${schema}.member (channel);

    -- One writer at a time for each channel: the statements after this one see all that the writer before has kept.
    CREATE FUNCTION ${schema}.lock_channel(p_channel text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO ${schema}.conversation (channel) VALUES (p_channel) ON CONFLICT DO NOTHING;
      PERFORM FROM ${schema}.conversation WHERE channel = p_channel FOR NO KEY UPDATE;
    END $$;

    CREATE FUNCTION ${schema}.put(p_channel text, p_up_to text, p_messages text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM ${schema}.lock_channel(p_channel);

      INSERT INTO ${schema}.message AS kept (
        channel, serial, version, body, is_prompt, is_deleted, excerpt, is_waiting, continues, created_at, active_at
      )
      SELECT p_channel, serial, version, body, is_prompt, is_deleted, excerpt, is_waiting, continues, created_at, active_at
      FROM json_to_recordset(p_messages::json) AS given (
        serial text, version text, body text, is_prompt boolean, is_deleted boolean, excerpt text, is_waiting boolean, continues text,
        created_at double precision, active_at double precision
      )
      ON CONFLICT (channel, serial) DO UPDATE SET
        version = excluded.version, body = excluded.body, is_prompt = excluded.is_prompt, is_deleted = excluded.is_deleted,
        excerpt = excluded.excerpt, is_waiting = excluded.is_waiting, continues = excluded.continues,
        created_at = excluded.created_at, active_at = excluded.active_at
      WHERE excluded.version > kept.version;

      DELETE FROM ${schema}.withheld AS w
      USING json_to_recordset(p_messages::json) AS given (serial text, is_deleted boolean)
      WHERE w.channel = p_channel AND w.serial = given.serial AND given.is_deleted;

      INSERT INTO ${schema}.member AS known (client_id, channel, wrote)
      SELECT author, p_channel, max(serial COLLATE "C")
      FROM json_to_recordset(p_messages::json) AS given (serial text, author text)
      WHERE author IS NOT NULL GROUP BY author
      ON CONFLICT (client_id, channel) DO UPDATE SET wrote = excluded.wrote WHERE known.wrote IS NULL OR known.wrote < excluded.wrote;

      UPDATE ${schema}.conversation SET
        up_to = greatest(up_to, p_up_to COLLATE "C"),
        newest_at = (SELECT created_at FROM ${schema}.message WHERE channel = p_channel ORDER BY serial DESC LIMIT 1),
        last_activity = coalesce(
          (SELECT max(active_at) FROM ${schema}.message WHERE channel = p_channel AND NOT is_deleted),
          (SELECT max(active_at) FROM ${schema}.message WHERE channel = p_channel)
        )
      WHERE channel = p_channel;
    END $$;

    CREATE FUNCTION ${schema}.withhold(p_channel text, p_serial text, p_data text, p_shown text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM ${schema}.lock_channel(p_channel);
      IF EXISTS (SELECT FROM ${schema}.message WHERE channel = p_channel AND serial = p_serial AND is_deleted) THEN RETURN; END IF;
      INSERT INTO ${schema}.withheld (channel, serial, data, shown) VALUES (p_channel, p_serial, p_data, p_shown)
      ON CONFLICT (channel, serial) DO UPDATE SET data = excluded.data, shown = excluded.shown;
    END $$;
`
