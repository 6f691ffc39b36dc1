"""Clinics, services, slots, bookings, closures and the reminders they bring."""
