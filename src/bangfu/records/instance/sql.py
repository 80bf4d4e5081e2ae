"""SQL of the instance app."""

#: One statement, so two writers never draw the same ids, on either database.
DRAW_IDS = "UPDATE instance_counter SET next_value = next_value + %s WHERE name = 'id' RETURNING next_value"
