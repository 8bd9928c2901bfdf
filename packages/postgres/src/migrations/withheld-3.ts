/**
 * `withhold` changes the row that it locks. A lock alone conflicts with no later writer, so under `repeatable read` a `put` that had waited for it did not see, and did not delete,
 * what it had written. @param schema in quotes
 */
export const withheld3 = (schema: string): string => `
    CREATE OR REPLACE FUNCTION ${schema}.withhold(p_channel text, p_serial text, p_data text, p_shown text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM ${schema}.lock_channel(p_channel);
      IF EXISTS (SELECT FROM ${schema}.message WHERE channel = p_channel AND serial = p_serial AND is_deleted) THEN RETURN; END IF;
      INSERT INTO ${schema}.withheld (channel, serial, data, shown) VALUES (p_channel, p_serial, p_data, p_shown)
      ON CONFLICT (channel, serial) DO UPDATE SET data = excluded.data, shown = excluded.shown;
      UPDATE ${schema}.conversation SET up_to = up_to WHERE channel = p_channel;
    END $$;
`
