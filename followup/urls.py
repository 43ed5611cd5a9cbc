from django.urls import path

from followup.views import cases, tasks

app_name = "followup"
urlpatterns = [
    path("", cases.case_list, name="cases"),
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/<uuid:task_id>/", tasks.task, name="task"),
    path("tasks/<uuid:task_id>/done/", tasks.done, name="task-done"),
    path("tasks/<uuid:task_id>/note/", tasks.task_note, name="task-note"),
    path("tasks/<uuid:task_id>/hand-on/", tasks.task_hand_on, name="task-hand-on"),
    path("notices/", tasks.notice_list, name="notices"),
    path("notices/read/", tasks.notices_read, name="notices-read"),
    path("<uuid:case_id>/", cases.case, name="case"),
    path("<uuid:case_id>/note/", cases.note, name="note"),
    path("<uuid:case_id>/hand-on/", cases.hand_on, name="hand-on"),
    path("<uuid:case_id>/conclude/", cases.conclude, name="conclude"),
]
