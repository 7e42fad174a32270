"""From Arena-shaped register deliveries to the activity figures of arbeidsavklaringspenger (AAP)."""
